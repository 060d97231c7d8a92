import { expect, it } from 'vitest'
import { defineFailures, kind, VirtualClock } from '#base/index.ts'
import { openTrouble } from './trouble.ts'

const failures = defineFailures('STORE', {
  TRIED: kind<object>({ blame: 'world', says: () => 'no room', todo: 'Make room.' }),
})

it('is told while it lasts, since it was first met, and no longer', async () => {
  const clock = new VirtualClock()
  const trouble = openTrouble(clock)
  expect(trouble.now()).toBeUndefined()

  trouble.noted(failures.TRIED({}))
  const since = trouble.now()?.since
  await clock.advance(30_000)
  trouble.noted(failures.TRIED({}))
  await clock.advance(30_000)
  expect(trouble.now()).toMatchObject({ failure: { code: 'SL-STORE-TRIED' }, since })

  await clock.advance(30_000)
  expect(trouble.now()).toBeUndefined()
  trouble.noted(failures.TRIED({}))
  expect(trouble.now()?.since).not.toBe(since)
})

it('is of the store alone: what else goes wrong stands in the log', () => {
  const trouble = openTrouble(new VirtualClock())
  trouble.noted(new Error('a bug'))
  expect(trouble.now()).toBeUndefined()
})
