import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base/index.ts'
import { measure } from './measure.ts'
import { nothing, type Level, type MetricSource } from './source.ts'

const subject = { namespace: 'shop', workload: 'cart-canary' }
const criteria = { over: 60_000, minRequests: 10, errorRate: 0.1 }

/** Requests and errors per second, from the beginning of time on. */
function setUp(rate: (second: number) => readonly [requests: number, errors: number], fails: (second: number) => boolean = () => false) {
  const clock = new VirtualClock(0)
  let reads = 0
  const source: MetricSource = {
    name: 'a pretended gateway',
    read() {
      reads++
      const second = Math.floor(clock.now() / 1000)
      if (fails(second)) return Promise.reject(new Error('silent'))
      let level: Level = nothing
      for (let at = 0; at < second; at++) {
        const [requests, errors] = rate(at)
        level = { ...level, requests: level.requests + requests, errors: level.errors + errors }
      }
      return Promise.resolve({ levels: new Map([['g', level]]), silent: [] })
    },
  }
  return { clock, reads: () => reads, run: (signal?: AbortSignal) => clock.runUntil(measure(source, subject, criteria, { clock }, signal)) }
}

describe('measuring', () => {
  it('counts only what happens in its time, and takes all of it', async () => {
    const { clock, run } = setUp(() => [5, 0])
    await clock.advance(100_000)
    expect(await run()).toMatchObject({ verdict: 'good', requests: 300, errors: 0 })
    expect(clock.now()).toBe(160_000)
  })

  it('looks a few times, not all the time', async () => {
    const { run, reads } = setUp(() => [5, 0])
    await run()
    expect(reads()).toBeLessThanOrEqual(13)
  })

  it('ends early when the version is bad beyond doubt', async () => {
    const { clock, run } = setUp(second => [20, second < 10 ? 0 : 15])
    expect(await run()).toMatchObject({ verdict: 'bad' })
    expect(clock.now()).toBeLessThan(30_000)
  })

  it('passes over a look that fails in between, but not over the last one', async () => {
    const between = setUp(
      () => [5, 0],
      second => second > 0 && second < 50,
    )
    expect(await between.run()).toMatchObject({ verdict: 'good', requests: 300 })
    const atTheEnd = setUp(
      () => [5, 0],
      second => second >= 58,
    )
    await expect(atTheEnd.run()).rejects.toThrow('silent')
    const atTheStart = setUp(
      () => [5, 0],
      second => second === 0,
    )
    await expect(atTheStart.run()).rejects.toThrow('silent')
  })

  it('stops at once when it is told to', async () => {
    const { clock, run } = setUp(() => [5, 0])
    const stop = new AbortController()
    clock.after(7000, () => stop.abort(new Error('enough')))
    await expect(run(stop.signal)).rejects.toThrow('enough')
    expect(clock.now()).toBe(7000)
  })
})
