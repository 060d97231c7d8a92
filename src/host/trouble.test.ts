import { expect, it } from 'vitest'
import { Failure, VirtualClock } from '#base/index.ts'
import { openTrouble } from './trouble.ts'

const full = () => new Failure({ code: 'SL-STORE-DISK-FULL', blame: 'world', message: 'no room', todo: 'Make room.', facts: {} })

it('is told while it lasts, since it was first met, and no longer', async () => {
  const clock = new VirtualClock()
  const trouble = openTrouble(clock)
  expect(trouble.told()).toEqual({})

  trouble.noted(full())
  const since = trouble.told().trouble?.since
  await clock.advance(30_000)
  trouble.noted(full())
  await clock.advance(30_000)
  expect(trouble.told()).toMatchObject({ trouble: { failure: { code: 'SL-STORE-DISK-FULL' }, since } })

  await clock.advance(30_000)
  expect(trouble.told()).toEqual({})
  trouble.noted(full())
  expect(trouble.told().trouble?.since).not.toBe(since)
})

it('is of the store alone: what else goes wrong stands in the log', () => {
  const trouble = openTrouble(new VirtualClock())
  trouble.noted(new Error('a bug'))
  expect(trouble.told()).toEqual({})
})

it('is over as soon as something has been written down', () => {
  const trouble = openTrouble(new VirtualClock())
  trouble.noted(full())

  trouble.over()

  expect(trouble.told()).toEqual({})
})
