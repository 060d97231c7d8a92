// Go's eq, ne, lt, le, gt, ge and not: kinds are not converted into each other, as Helm users know from `eq .Values.port 80`.
import { byCodePoint, isDict, isInt, isList, isNil, truth, typeOf, type Value } from '../value.ts'
import { refuse, takes, takesMore, type Functions } from './function.ts'

type Basic = 'bool' | 'float' | 'int' | 'uint' | 'string'

function basicKind(value: Value): Basic | undefined {
  if (isInt(value)) return value.type === 'uint8' ? 'uint' : 'int'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number') return 'float'
  return typeof value === 'boolean' ? 'bool' : undefined
}

const whole = (kind: Basic | undefined): boolean => kind === 'int' || kind === 'uint'

function incompatible(left: Value, right: Value): never {
  const numbers = [left, right].some(isInt) && [left, right].some(each => typeof each === 'number')
  const cure = numbers ? '; numbers of values files are float64: write `int .Values.x`, or 80.0 for 80' : ''
  return refuse(`${typeOf(left)} and ${typeOf(right)} cannot be compared${cure}`)
}

function equal(left: Value, right: Value): boolean {
  if (isInt(left) && isInt(right)) return left.value === right.value
  if (isNil(left) || isNil(right)) return isNil(left) && isNil(right)
  if (basicKind(left) !== basicKind(right)) return incompatible(left, right)
  if (isList(left) || isDict(left)) return refuse(`${typeOf(left)} cannot be compared by eq`)
  return left === right
}

function less(left: Value, right: Value): boolean {
  const kinds = [basicKind(left), basicKind(right)] as const
  if (isInt(left) && isInt(right)) return left.value < right.value
  if (kinds[0] === undefined || kinds[1] === undefined || kinds[0] === 'bool' || whole(kinds[0]) !== whole(kinds[1]))
    return incompatible(left, right)
  if (typeof left === 'number' && typeof right === 'number') return left < right
  return typeof left === 'string' && typeof right === 'string' ? byCodePoint(left, right) < 0 : incompatible(left, right)
}

export const comparison: Functions = {
  eq: takesMore(['any'], 'any', ([left], right) => {
    if (right.length === 0) refuse('has nothing to compare with')
    return right.some(each => equal(left, each))
  }),
  ne: takes(['any', 'any'], ([left, right]) => !equal(left, right)),
  lt: takes(['any', 'any'], ([left, right]) => less(left, right)),
  le: takes(['any', 'any'], ([left, right]) => less(left, right) || equal(left, right)),
  gt: takes(['any', 'any'], ([left, right]) => !less(left, right) && !equal(left, right)),
  ge: takes(['any', 'any'], ([left, right]) => !less(left, right)),
  not: takes(['any'], ([value]) => !truth(value)),
  // The evaluation takes these two apart, so that they look no further than they must; here stand their arguments.
  and: takesMore(['any'], 'any', ([first]) => first),
  or: takesMore(['any'], 'any', ([first]) => first),
}
