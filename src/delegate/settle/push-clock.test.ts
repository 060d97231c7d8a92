import { describe, expect, it } from 'vitest'
import { countPushes, newPushClock, pushOf, seePushes, startedAfter, type PushClock } from './push-clock.ts'

const id = 'a965e244-eb8e-4ee7-a19d-794bb553524b'

/** An answer of the metrics that was asked for at this time. */
const counted = (clock: PushClock, asked: number, count: number, seconds: number): PushClock =>
  countPushes(clock, { asked, answered: asked + 5, value: { count, seconds, process: 1 } }).clock

/** An answer of syncz in which this is the last push. */
const seen = (clock: PushClock, asked: number, number: number, second = '2026-11-26T12:00:00Z') =>
  seePushes(clock, { asked, answered: asked + 5, value: [{ number, second }] })

describe('nonces', () => {
  it('name the second and the number of their push before a random id', () => {
    expect(pushOf(`2026-11-26T12:00:00Z/21${id}`)).toEqual({ second: '2026-11-26T12:00:00Z', number: 21 })
    // The id may begin with digits.
    expect(pushOf(`2026-11-26T12:00:00Z/213${id.slice(1)}9`)).toEqual({ second: '2026-11-26T12:00:00Z', number: 213 })
  })

  it('without a name are no evidence (Istio 1.10)', () => {
    expect(pushOf(id)).toBeUndefined()
    expect(pushOf(undefined)).toBeUndefined()
  })
})

describe('the start of a push, by the metrics', () => {
  it('is after the last answer that did not count it, less the time it took', () => {
    const clock = counted(counted(newPushClock, 1000, 20, 3.0), 1020, 21, 3.008)
    expect(startedAfter(clock, 21)).toBeCloseTo(992)
  })

  it('of several pushes between two answers is after that answer less all their time', () => {
    const clock = counted(counted(newPushClock, 1000, 20, 3.0), 1020, 23, 3.03)
    for (const number of [21, 22, 23]) expect(startedAfter(clock, number)).toBeCloseTo(970)
  })

  it('is unknown for a push that was there before, and for one that is not counted yet', () => {
    const clock = counted(counted(newPushClock, 1000, 20, 3.0), 1020, 21, 3.008)
    expect(startedAfter(clock, 20)).toBe(-Infinity)
    expect(startedAfter(clock, 22)).toBe(-Infinity)
  })

  it('uses the latest answer before the push, not the first one', () => {
    let clock = counted(newPushClock, 1000, 20, 3.0)
    for (const asked of [1020, 1040, 1060]) clock = counted(clock, asked, 20, 3.0)
    expect(startedAfter(counted(clock, 1080, 21, 3.001), 21)).toBeCloseTo(1059)
  })

  it('begins anew with the process', () => {
    const before = counted(counted(newPushClock, 1000, 20, 3.0), 1020, 21, 3.008)
    const { clock, restarted } = countPushes(before, { asked: 9000, answered: 9005, value: { count: 1, seconds: 0.01, process: 1 } })
    expect(restarted).toBe(true)
    const further = { asked: 9000, answered: 9005, value: { count: 25, seconds: 4, process: 2 } }
    expect(countPushes(before, further).restarted, 'a new process that has counted further').toBe(true)
    const level = { asked: 9000, answered: 9005, value: { count: 21, seconds: 4, process: 1 } }
    expect(countPushes(before, level).restarted, 'as many pushes, but not the same ones').toBe(true)
    expect(startedAfter(clock, 21)).toBe(-Infinity)
    expect(startedAfter(counted(clock, 9020, 2, 0.012), 2)).toBeCloseTo(8998)
  })
})

describe('the start of a push, without metrics', () => {
  it('is after a look that had not seen its last but one predecessor', () => {
    let clock = seen(newPushClock, 1000, 20).clock
    clock = seen(clock, 1020, 21).clock
    expect(startedAfter(clock, 21)).toBe(-Infinity)
    expect(startedAfter(clock, 22)).toBe(1000)
    clock = seen(clock, 1040, 22).clock
    expect(startedAfter(clock, 23)).toBe(1020)
  })

  it('is also what is left when the metrics contradict the nonces', () => {
    let clock = counted(newPushClock, 1000, 3, 0.1)
    clock = seen(clock, 900, 7).clock
    expect(clock.trusted).toBe(false)
    clock = seen(counted(clock, 1010, 4, 0.1), 1010, 8).clock
    expect(startedAfter(clock, 9)).toBe(900)
  })

  it('begins anew when a lower number comes with a later second', () => {
    const before = seen(newPushClock, 1000, 21).clock
    expect(seen(before, 1020, 20).restarted).toBe(false)
    const after = seen(before, 9000, 2, '2026-11-26T12:00:09Z')
    expect(after.restarted).toBe(true)
    expect(startedAfter(after.clock, 3)).toBe(-Infinity)
  })
})
