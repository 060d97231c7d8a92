import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countAbove, percentileOf } from './histogram.ts'

const bounds = [1, 5, 10, 50, 100, Infinity]
const histogram = (values: readonly number[]) => new Map(bounds.map(bound => [bound, values.filter(value => value <= bound).length]))

describe('a percentile', () => {
  it('is interpolated within its bucket', () => {
    // 100 values between 10 and 50: the median is in the middle.
    expect(
      percentileOf(
        new Map([
          [10, 0],
          [50, 100],
          [Infinity, 100],
        ]),
        50,
      ),
    ).toBe(30)
    expect(
      percentileOf(
        new Map([
          [10, 90],
          [50, 100],
          [Infinity, 100],
        ]),
        99,
      ),
    ).toBe(46)
  })

  it('is the last finite bound where the value is beyond it', () => {
    expect(
      percentileOf(
        new Map([
          [10, 1],
          [Infinity, 100],
        ]),
        99,
      ),
    ).toBe(10)
  })

  it('is unknown without values', () => {
    expect(percentileOf(new Map(), 99)).toBeUndefined()
    expect(
      percentileOf(
        new Map([
          [10, 0],
          [Infinity, 0],
        ]),
        99,
      ),
    ).toBeUndefined()
  })

  it('lies in the bucket of the true one, for any values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 100 }),
        (values, percentile) => {
          const sorted = [...values].sort((a, b) => a - b)
          const truth = sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? 0
          const upper = bounds.find(bound => truth <= bound) ?? Infinity
          const lower = bounds.filter(bound => bound < upper).at(-1) ?? 0
          const found = percentileOf(histogram(values), percentile) ?? -1
          expect(found).toBeGreaterThanOrEqual(lower)
          expect(found).toBeLessThanOrEqual(upper)
        },
      ),
    )
  })
})

describe('what exceeds a limit', () => {
  it('is counted from the first bound that holds the limit', () => {
    const buckets = histogram([3, 7, 60, 200])
    expect(countAbove(buckets, 10)).toBe(2)
    expect(countAbove(buckets, 20), 'no more than what is surely beyond').toBe(2)
    expect(countAbove(buckets, 60)).toBe(1)
    expect(countAbove(buckets, 1000)).toBe(0)
  })
})
