import { expect, it } from 'vitest'
import { VirtualClock } from '#base/index.ts'
import { openIdle } from './idle.ts'

function open(busy = false) {
  const clock = new VirtualClock()
  const state = { busy, ended: false }
  const idle = openIdle({ clock, after: 600_000, busy: async () => state.busy, end: () => void (state.ended = true) })
  return { clock, state, idle }
}

it('ends after the time in which nothing happened', async () => {
  const { clock, state } = open()

  await clock.advance(599_999)
  expect(state.ended).toBe(false)
  await clock.advance(1)
  expect(state.ended).toBe(true)
})

it('begins anew with everything that happens, and tells when it will end', async () => {
  const { clock, state, idle } = open()
  await clock.advance(500_000)

  idle.touch()
  expect(idle.endsAt()).toBe(clock.now() + 600_000)
  await clock.advance(599_999)

  expect(state.ended).toBe(false)
})

it('stays while somebody needs it, however long that takes', async () => {
  const { clock, state, idle } = open()
  const end = idle.begin()
  await clock.advance(10 * 600_000)
  expect([state.ended, idle.endsAt()]).toEqual([false, undefined])

  end()
  end()
  await clock.advance(600_000)

  expect(state.ended).toBe(true)
})

it('stays while there is something to do, and ends only after something has happened again', async () => {
  const { clock, state, idle } = open(true)
  await clock.advance(1_200_000)
  expect(state.ended).toBe(false)

  state.busy = false
  idle.touch()
  await clock.advance(600_000)

  expect(state.ended).toBe(true)
})
