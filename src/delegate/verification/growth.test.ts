import { expect, it } from 'vitest'
import { grow, noGrowth } from './growth.ts'
import type { Level, Reading } from './source.ts'

const level = (requests: number, errors = 0, fast = requests): Level => ({
  requests,
  errors,
  lost: 0,
  cut: 0,
  buckets: new Map([
    [10, fast],
    [Infinity, requests],
  ]),
})
const reading = (levels: Readonly<Record<string, Level>>): Reading => ({ levels: new Map(Object.entries(levels)), silent: [] })
const after = (...readings: readonly Readonly<Record<string, Level>>[]) => readings.map(reading).reduce(grow, noGrowth).total

it('counts from the first reading on, over all gateways', () => {
  expect(after({ a: level(100, 5), b: level(50) }, { a: level(130, 6), b: level(60, 1) })).toMatchObject({ requests: 40, errors: 2 })
})

it('keeps the histogram', () => {
  expect(after({ a: level(100, 0, 90) }, { a: level(200, 0, 120) }).buckets).toEqual(
    new Map([
      [10, 30],
      [Infinity, 100],
    ]),
  )
})

it('takes a level that fell for a gateway that began anew', () => {
  expect(after({ a: level(100, 5) }, { a: level(120, 5) }, { a: level(7, 1) }, { a: level(10, 1) })).toMatchObject({
    requests: 30,
    errors: 1,
  })
})

it('takes a gateway that comes later from its first reading on', () => {
  expect(after({ a: level(100) }, { a: level(110), b: level(1000) }, { a: level(120), b: level(1005) })).toMatchObject({ requests: 25 })
})

it('keeps what a gateway counted before it went', () => {
  expect(after({ a: level(100), b: level(10) }, { a: level(110), b: level(15) }, { a: level(120) })).toMatchObject({ requests: 25 })
})

it('is nothing without a second reading', () => {
  expect(after({ a: level(100) })).toMatchObject({ requests: 0, errors: 0 })
})
