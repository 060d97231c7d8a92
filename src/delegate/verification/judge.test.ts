import { describe, expect, it } from 'vitest'
import { seededRandom } from '#base/index.ts'
import { isCertainlyBad, judge } from './judge.ts'
import type { Level } from './source.ts'

/** So many requests, so many errors, and how many took at most 50 and 100 ms. */
const level = (requests: number, errors = 0, within: readonly [number, number] = [requests, requests]): Level => ({
  requests,
  errors,
  lost: 0,
  cut: 0,
  buckets: new Map([
    [50, within[0]],
    [100, within[1]],
    [Infinity, requests],
  ]),
})
const errorRate = { minRequests: 100, errorRate: 0.01 }
const latency = { minRequests: 100, latency: { percentile: 99, max: 60 } }

describe('the verdict', () => {
  it('is good up to the allowed share of errors, and bad above it', () => {
    expect(judge(level(1204, 12), errorRate)).toEqual({
      verdict: 'good',
      requests: 1204,
      errors: 12,
      says: '1,204 requests, 1 % errors (allowed 1 %)',
    })
    expect(judge(level(1000, 11), errorRate)).toMatchObject({ verdict: 'bad', says: '1,000 requests, 1.1 % errors (allowed 1 %)' })
  })

  it('is good up to the allowed latency at the percentile, and bad above it', () => {
    expect(judge(level(1000, 0, [1000, 1000]), latency)).toMatchObject({
      verdict: 'good',
      says: '1,000 requests, p99 50 ms (allowed 60 ms)',
    })
    expect(judge(level(1000, 0, [900, 1000]), latency)).toMatchObject({ verdict: 'bad', says: '1,000 requests, p99 95 ms (allowed 60 ms)' })
  })

  it('needs both where both are asked for', () => {
    const both = { ...errorRate, ...latency }
    expect(judge(level(1000, 0), both).verdict).toBe('good')
    expect(judge(level(1000, 500), both).verdict).toBe('bad')
    expect(judge(level(1000, 0, [0, 1000]), both).verdict).toBe('bad')
  })

  it('is "few requests" below the minimum, and always without any', () => {
    expect(judge(level(99, 99), errorRate)).toEqual({
      verdict: 'fewRequests',
      requests: 99,
      errors: 99,
      says: '99 requests, too few to judge (100 needed)',
    })
    expect(judge(level(0), { minRequests: 0, errorRate: 1 })).toMatchObject({
      verdict: 'fewRequests',
      says: 'not measured: not one request came (1 needed)',
    })
  })
})

describe('"bad" before the time is over', () => {
  it('needs the minimum of requests, and no doubt', () => {
    expect(isCertainlyBad(level(50, 50), errorRate)).toBe(false)
    expect(isCertainlyBad(level(100, 2), errorRate), 'two of a hundred may be chance').toBe(false)
    expect(isCertainlyBad(level(100, 30), errorRate)).toBe(true)
    expect(isCertainlyBad(level(100_000, 1300), errorRate)).toBe(true)
  })

  it('holds for latency too', () => {
    expect(isCertainlyBad(level(200, 0, [198, 199]), latency)).toBe(false)
    expect(isCertainlyBad(level(200, 0, [100, 120]), latency)).toBe(true)
  })

  it('is never called for a version whose true share is the allowed one (seed 5)', () => {
    const random = seededRandom(5)
    let wrong = 0
    for (let run = 0; run < 300; run++) {
      let [requests, errors] = [0, 0]
      for (let look = 0; look < 12; look++) {
        for (let n = 0; n < 100; n++) errors += random() < 0.01 ? 1 : 0
        requests += 100
        if (isCertainlyBad(level(requests, errors), errorRate)) wrong++
      }
    }
    expect(wrong).toBe(0)
  })
})
