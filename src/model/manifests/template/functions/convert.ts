// How sprig makes numbers and texts of anything.
import { print } from '../format.ts'
import { int, isDict, isInt, isList, isNil, typeOf, type Int, type IntType, type Value } from '../value.ts'

/** Any value as text: by %v. */
export const textOfAny = (value: Value): string => (isNil(value) ? '<nil>' : print(value))

/** A list as texts, without its nils; any other value is a list of one. */
export function textsOf(value: Value): string[] {
  if (isNil(value)) return []
  return isList(value) ? value.items.filter(item => !isNil(item)).map(textOfAny) : [textOfAny(value)]
}

/** Any value as a whole number: what is none counts as 0, fractions are cut. */
export function toInt(value: Value, type: IntType = 'int64'): Int {
  if (isInt(value)) return int(value.value, type)
  if (typeof value === 'boolean') return int(value ? 1 : 0, type)
  if (typeof value === 'number') return int(Number.isFinite(value) ? BigInt(Math.trunc(value)) : -(2n ** 63n), type)
  return int(typeof value === 'string' ? (wholeNumber(value) ?? 0n) : 0n, type)
}

/** A text as Go's ParseInt reads it with the base from its prefix; a fraction of zeros is taken off. */
function wholeNumber(text: string): bigint | undefined {
  const [, sign = '', amount = ''] = /^([-+]?)(.*)$/s.exec(text.replace(/\.0*$/, '')) ?? []
  if (/__|_$|^_/.test(amount)) return undefined
  const digits = amount.replaceAll('_', '').toLowerCase()
  const modern = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits
  if (!/^(?:0x[\da-f]+|0b[01]+|0o[0-7]+|0|[1-9]\d*)$/.test(modern)) return undefined
  const value = BigInt(modern) * (sign === '-' ? -1n : 1n)
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value : undefined
}

/** Any value as a float64: what is none counts as 0. */
export function toFloat(value: Value): number {
  if (typeof value === 'number') return value
  if (isInt(value)) return Number(value.value)
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'string' && /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(value) ? Number(value) : 0
}

/** Go's reflect.DeepEqual: the types must be the same too. */
export function deepEqual(left: Value, right: Value): boolean {
  if (typeOf(left) !== typeOf(right)) return false
  if (isInt(left) && isInt(right)) return left.value === right.value
  if (isList(left) && isList(right)) {
    return left.items.length === right.items.length && left.items.every((item, index) => deepEqual(item, right.items[index]))
  }
  if (isDict(left) && isDict(right)) {
    const { entries } = right
    return (
      left.entries.size === entries.size &&
      [...left.entries].every(([key, value]) => entries.has(key) && deepEqual(value, entries.get(key)))
    )
  }
  return (left ?? null) === (right ?? null)
}
