// Sprig: whole numbers (int64, wrapping) and the few functions on floats.
import { int, list, type Int, type Value } from '../value.ts'
import { toFloat, toInt } from './convert.ts'
import { refuse, takes, takesMore, type Functions } from './function.ts'

const big = (value: Value): bigint => toInt(value).value
const int64 = (value: bigint): Int => int(value, 'int64')

function fold(first: Value, more: readonly Value[], join: (a: bigint, b: bigint) => bigint): Int {
  return int64(more.reduce<bigint>((sum, each) => BigInt.asIntN(64, join(sum, big(each))), big(first)))
}

function divisor(value: Value): bigint {
  return big(value) || refuse('cannot divide by 0')
}

/** Lists of numbers are for loops over some thousands of objects at most. */
const longest = 100_000n

function steps(start: bigint, stop: bigint, step: bigint): Value {
  if ((stop > start && step <= 0n) || (stop < start && step >= 0n)) return list([], 'int')
  const gap = stop > start ? stop - start : start - stop
  if (gap / (step < 0n ? -step : step || 1n) > longest) return refuse(`would give more than ${longest} numbers`)
  const items: Int[] = []
  for (let each = start; step > 0n ? each < stop : each > stop; each += step) items.push(int(each))
  return list(items, 'int')
}

function round(value: number, digits: number, half: number): number {
  const scale = 10 ** digits
  const scaled = value * scale
  const whole = Math.trunc(scaled)
  const fraction = scaled - whole
  if (fraction >= half) return Math.ceil(scaled) / scale
  return (whole < 0 || scaled < 0 ? (Math.abs(fraction) >= half ? Math.floor(scaled) : Math.ceil(scaled)) : Math.floor(scaled)) / scale
}

const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)

export const numbers: Functions = {
  int: takes(['any'], ([value]) => toInt(value, 'int')),
  int64: takes(['any'], ([value]) => toInt(value)),
  float64: takes(['any'], ([value]) => toFloat(value)),
  atoi: takes(['string'], ([text]) => (/^[-+]?\d+$/.test(text) ? int(clamp(BigInt(text.replace('+', '')))) : int(0))),
  add: takesMore([], 'any', (_, values) => fold(int(0), values, (a, b) => a + b)),
  add1: takes(['any'], ([value]) => int64(big(value) + 1n)),
  sub: takes(['any', 'any'], ([a, b]) => int64(big(a) - big(b))),
  mul: takesMore(['any'], 'any', ([first], more) => fold(first, more, (a, b) => a * b)),
  div: takes(['any', 'any'], ([a, b]) => int64(big(a) / divisor(b))),
  mod: takes(['any', 'any'], ([a, b]) => int64(big(a) % divisor(b))),
  max: takesMore(['any'], 'any', ([first], more) => fold(first, more, greater)),
  biggest: takesMore(['any'], 'any', ([first], more) => fold(first, more, greater)),
  min: takesMore(['any'], 'any', ([first], more) => fold(first, more, smaller)),
  maxf: takesMore(['any'], 'any', ([first], more) => Math.max(toFloat(first), ...more.map(toFloat))),
  minf: takesMore(['any'], 'any', ([first], more) => Math.min(toFloat(first), ...more.map(toFloat))),
  ceil: takes(['any'], ([value]) => Math.ceil(toFloat(value))),
  floor: takes(['any'], ([value]) => Math.floor(toFloat(value))),
  round: takesMore(['any', 'int'], 'float64', ([value, digits], [half]) => round(toFloat(value), Number(digits.value), half ?? 0.5)),
  until: takes(['int'], ([stop]) => steps(0n, stop.value, stop.value < 0n ? -1n : 1n)),
  untilStep: takes(['int', 'int', 'int'], ([start, stop, step]) => steps(start.value, stop.value, step.value)),
}

/** Go's Atoi gives the nearest number that fits, with an error that sprig does not look at. */
function clamp(value: bigint): bigint {
  return smaller(greater(value, -(2n ** 63n)), 2n ** 63n - 1n)
}
