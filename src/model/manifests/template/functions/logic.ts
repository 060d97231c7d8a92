// Sprig: defaults, choices, and what kind of value something is.
import { kindOf, truth, typeOf, type Value } from '../value.ts'
import { deepEqual } from './convert.ts'
import { takes, takesMore, type Functions } from './function.ts'

const kind = (value: Value): string => (value === undefined || value === null ? 'invalid' : kindOf(value))

export const logic: Functions = {
  default: takesMore(['any'], 'any', ([otherwise], given) => (truth(given[0]) ? given[0] : otherwise)),
  empty: takes(['any'], ([value]) => !truth(value)),
  coalesce: takesMore([], 'any', (_, values) => values.find(truth)),
  ternary: takes(['any', 'any', 'bool'], ([yes, no, condition]) => (condition ? yes : no)),
  all: takesMore([], 'any', (_, values) => values.every(truth)),
  any: takesMore([], 'any', (_, values) => values.some(truth)),
  kindOf: takes(['any'], ([value]) => kind(value)),
  kindIs: takes(['string', 'any'], ([name, value]) => kind(value) === name),
  typeOf: takes(['any'], ([value]) => typeOf(value)),
  typeIs: takes(['string', 'any'], ([name, value]) => typeOf(value) === name),
  typeIsLike: takes(['string', 'any'], ([name, value]) => typeOf(value) === name || `*${typeOf(value)}` === name),
  deepEqual: takes(['any', 'any'], ([left, right]) => deepEqual(left, right)),
}
