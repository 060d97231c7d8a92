import { expect, it } from 'vitest'
import { bake, bakeRounds } from './bake.ts'

const read = (written: unknown) => bake.written.safeParse(written).data
const check = { errorRate: { max: '1%' }, over: '5m' }
const rounds = (written: unknown) => {
  const input = read(written)
  return input && bakeRounds(input).map(({ hold }) => hold / 60_000)
}

it('is one wait without a check', () => {
  expect(read({ for: '1h' })).toEqual({ for: 3_600_000 })
  expect(rounds({ for: '1h' })).toEqual([60])
})

it('is as long as its waits and checks together', () => {
  expect(rounds({ for: '1h', check, every: '20m' })).toEqual([15, 15, 15])
  expect(rounds({ for: '65m', check, every: '20m' })).toEqual([20, 15, 15])
  expect(rounds({ for: '10m', check, every: '5m' })).toEqual([0, 0])
})

it('checks six times by default, never faster than a check measures', () => {
  expect(rounds({ for: '1h', check })).toEqual([5, 5, 5, 5, 5, 5])
  expect(rounds({ for: '12m', check })).toEqual([2, 0])
})

it.each<[string, unknown]>([
  ['a bake shorter than its check', { for: '2m', check }],
  ['checks that overlap', { for: '1h', check, every: '2m' }],
  ['a pause between checks that never comes', { for: '1h', check, every: '2h' }],
  ['an interval of nothing', { for: '1h', every: '2m' }],
  ['more checks than anybody reads', { for: '48h', check: { errorRate: { max: '1%' }, over: '10s' }, every: '10s' }],
  ['a check that measures nothing', { for: '1h', check: {} }],
  ['nothing', {}],
])('refuses %s', (_, written) => expect(read(written)).toBeUndefined())
