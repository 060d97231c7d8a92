import fc from 'fast-check'
import { expect, it } from 'vitest'
import { apportion } from './apportion.ts'

it.each([
  [[90, 10], 67, [60, 7]],
  [[1, 1, 1], 100, [34, 33, 33]],
  [[99, 1], 50, [49, 1]],
  [[99, 1], 30, [29, 1]],
  [[100, 0], 33, [33, 0]],
  [[7, 3], 100, [70, 30]],
  [[1, 1, 1], 2, [1, 1, 0]],
  [[0, 0], 100, [0, 0]],
  [[5], 0, [0]],
])('divides %j of %i into %j', (weights, total, parts) => {
  expect(apportion(weights, total)).toEqual(parts)
})

it('gives away exactly the total, nothing to weight 0, at least 1 to the others, and never more than 1 off where nobody is lifted', () => {
  const weights = fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(weights, fc.integer({ min: 8, max: 1000 }), (all, total) => {
      const parts = apportion(all, total)
      const sum = all.reduce((a, b) => a + b, 0)
      fc.pre(sum > 0)
      expect(parts.reduce((a, b) => a + b, 0)).toBe(total)
      all.forEach((weight, at) => expect(parts[at]! > 0).toBe(weight > 0))
      const lifted = all.some(weight => weight > 0 && weight * total < sum)
      if (!lifted) all.forEach((weight, at) => expect(Math.abs(parts[at]! - (weight * total) / sum)).toBeLessThan(1))
    }),
  )
})
