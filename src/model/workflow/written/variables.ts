import { z } from 'zod'
import { workflow } from '../failures.ts'
import { choice, complain, fields, isMapping, leaf, readEither, words } from './leaf.ts'

/** The value of a variable: text, a number, yes or no, or a list of these. */
export type Value = string | number | boolean | readonly (string | number | boolean)[]
export type WrittenValues = Readonly<Record<string, Value>>

const isScalar = (written: unknown): written is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof written)

export const value: z.ZodType<Value> = leaf({
  wants: 'text, a number, true or false, or a list of these',
  shapes: ['text', 'integer', 'number', 'boolean', 'list'],
  read: written => (isScalar(written) ? written : Array.isArray(written) && written.every(isScalar) ? written : undefined),
})

const name = /^[A-Za-z_][A-Za-z0-9_-]*$/

/** Variables by name. */
export function byName<T>(of: z.ZodType<T>): z.ZodType<Readonly<Record<string, T>>> {
  return z.record(z.string(), of).superRefine((all, context) => {
    for (const key of Object.keys(all).filter(each => !name.test(each))) {
      const wants = 'a name of letters, digits, _ and -'
      complain(context, { tell: where => workflow.WRONG_VALUE({ where, is: `named "${key}"`, wants }), atKey: key })
    }
  })
}

export const values: z.ZodType<WrittenValues> = byName(value)

/** A workflow's variable: what a run may give, and must where it has no default. */
export interface Variable {
  readonly type: 'text' | 'integer' | 'number' | 'boolean' | 'list'
  readonly default?: Value
  readonly oneOf?: readonly Value[]
  readonly about?: string
}

const declared: z.ZodType<Variable> = fields({
  type: choice('text', 'integer', 'number', 'boolean', 'list').optional(),
  default: value.optional(),
  oneOf: z.array(value).min(1).optional(),
  about: words.optional(),
}).transform(({ type, oneOf, about, default: given }): Variable => {
  const sample = given ?? oneOf?.[0]
  return {
    type: type ?? (sample === undefined ? 'text' : typeOf(sample)),
    ...(given !== undefined && { default: given }),
    ...(oneOf && { oneOf }),
    ...(about !== undefined && { about }),
  }
})

const plain: z.ZodType<Variable> = value.transform(given => ({ type: typeOf(given), default: given }))

/** A mere value is a default; a mapping declares more. */
export const variable = readEither(written => (isMapping(written) ? declared : plain), [plain, declared])

export function typeOf(of: Value): Variable['type'] {
  if (typeof of === 'string') return 'text'
  if (typeof of === 'boolean') return 'boolean'
  if (typeof of === 'number') return Number.isInteger(of) ? 'integer' : 'number'
  return 'list'
}
