// Values as people write them, each helpful when it is wrong.
import { z } from 'zod'
import { formatDuration, parseDuration, type Failure } from '#base/index.ts'
import type { Shape } from '#model/expressions/index.ts'
import { workflow } from '../failures.ts'
import type { Later, TextOrLater } from '../later.ts'
import { drawnAs } from './drawing.ts'
import { laterOf, Pending } from './pending.ts'

/** What a schema says of a wrong value: `tell` makes the failure once it is known where the value stands. */
export interface Complaint {
  readonly tell: (where: string) => Failure
  /** What an expression may give here, empty where none may stand; left out where the complaint is not about the value's form. */
  readonly form?: { readonly shapes: readonly Shape['is'][]; readonly wants: string }
  /** The key within the mapping that it complains about, where it is a key. */
  readonly atKey?: string
}

interface Leaf<T> {
  /** "a duration, such as 30s": goes into messages. */
  readonly wants: string
  /** What an expression may give here; empty where none may stand. */
  readonly shapes: readonly Shape['is'][]
  /** The only texts that may stand here; any, where left out. */
  readonly only?: readonly string[]
  /** The value that is meant; undefined where there is none. */
  readonly read: (written: unknown) => T | undefined
}

/** A value that is read from what people write. */
export function leaf<T>({ wants, shapes, only, read }: Leaf<T>): z.ZodType<T> {
  const schema = z.unknown().transform((written, context) => {
    const value = read(written)
    if (value !== undefined) return value
    const tell = (where: string): Failure =>
      written === undefined ? workflow.MISSING({ where, wants }) : workflow.WRONG_VALUE({ where, is: sayValue(written), wants })
    complain(context, { tell, form: { shapes, wants } })
    return z.NEVER
  })
  return drawnAs(schema, { wants, shapes, ...(only && { only }) })
}

/** Adds a complaint to what a schema found. */
export function complain(context: z.RefinementCtx, complaint: Complaint, path: readonly (string | number)[] = []): void {
  context.addIssue({ code: 'custom', message: 'complaint', params: complaint, path: [...path] })
}

/** Reads by another schema, and passes its complaints on: undefined where it has any. */
export function readBy<T>(
  schema: z.ZodType<T>,
  written: unknown,
  context: z.RefinementCtx,
  path: readonly (string | number)[] = [],
): T | undefined {
  const result = schema.safeParse(written)
  if (result.success) return result.data
  for (const issue of result.error.issues) {
    context.addIssue({ ...issue, path: [...path, ...issue.path] } as Parameters<z.RefinementCtx['addIssue']>[0])
  }
  return undefined
}

/**
 * The schema that reads by another one, chosen by the value: so the complaints are those of the form that was meant. `forms`: all of them, for
 * editors.
 */
export function readEither<T>(choose: (written: unknown) => z.ZodType<T>, forms: readonly z.ZodType[]): z.ZodType<T> {
  const schema = z.unknown().transform((written, context) => readBy(choose(written), written, context) ?? z.NEVER)
  return drawnAs(schema, { forms })
}

export function isMapping(written: unknown): written is Readonly<Record<string, unknown>> {
  return typeof written === 'object' && written !== null && !Array.isArray(written) && !(written instanceof Pending)
}

/** A value as messages name it. */
export function sayValue(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value !== 'string') return String(value)
  return value.trim() === '' ? 'blank' : value.length > 60 ? `"${value.slice(0, 60)}…"` : `"${value}"`
}

/** A mapping with these fields and no others. */
export function fields<S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  // tell.ts reads the known fields from this message.
  return z.strictObject(shape, { error: issue => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined) })
}

const isText = (written: unknown): written is string => typeof written === 'string' && written.trim() !== ''
const isWhole = (written: unknown): written is number => typeof written === 'number' && Number.isInteger(written)

/** Text that is not blank; trimmed. */
export const words = leaf({ wants: 'text', shapes: ['text'], read: written => (isText(written) ? written.trim() : undefined) })

/** Text that may be known only in the run. */
export const wordsOrLater: z.ZodType<TextOrLater> = leaf({
  wants: 'text',
  shapes: ['text'],
  read: written => (isText(written) ? written.trim() : laterOf(written, 'text', 'integer', 'number', 'boolean')),
})

/** Yes or no; may be known only in the run. */
export const condition: z.ZodType<boolean | Later> = leaf({
  wants: 'true, false or one expression, such as ${env.production}',
  shapes: ['boolean'],
  read: written => (typeof written === 'boolean' ? written : laterOf(written, 'boolean')),
})

export const flag = leaf({
  wants: 'true or false',
  shapes: ['boolean'],
  read: written => (typeof written === 'boolean' ? written : undefined),
})

const dns = {
  wants: 'a name of small letters, digits and dashes, at most 63',
  read: (written: unknown) => (isText(written) && /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(written) ? written : undefined),
}

/** A name that Kubernetes takes as a label's value and as a part of names. */
export const dnsName = leaf({ ...dns, shapes: ['text'] })

/** The same where documents name each other: no expression may stand there, so that what belongs together is known before anything runs. */
export const reference = leaf({ ...dns, shapes: [] })

/** Text without expressions. */
export const fixedWords = leaf({ wants: 'text', shapes: [], read: written => (isText(written) ? written.trim() : undefined) })

/** Milliseconds. */
export function duration(least = 0): z.ZodType<number> {
  return leaf({
    wants: least > 0 ? `a duration of ${formatDuration(least)} or more, such as 30s, 5m or 2h` : 'a duration, such as 30s, 5m or 2h',
    shapes: ['text'],
    read: written => {
      const milliseconds = typeof written === 'string' ? parseDuration(written.trim()) : undefined
      return milliseconds !== undefined && milliseconds >= least ? milliseconds : undefined
    },
  })
}

export function count(least: number, most?: number): z.ZodType<number> {
  return leaf({
    wants: most === undefined ? `a whole number from ${least} on` : `a whole number from ${least} to ${most}`,
    shapes: ['integer', 'number'],
    read: written => (isWhole(written) && written >= least && (most === undefined || written <= most) ? written : undefined),
  })
}

/** Whole percent, with or without its sign. */
export const weight: z.ZodType<number> = leaf({
  wants: 'a whole percentage from 0 to 100',
  shapes: ['integer', 'number', 'text'],
  read: written => {
    const percent = readPercent(written) ?? written
    return isWhole(percent) && percent >= 0 && percent <= 100 ? percent : undefined
  },
})

/** A share from 0 to 1, written in percent, such as `0.5%`. */
export const share: z.ZodType<number> = leaf({
  wants: 'a percentage with its sign, such as 1% or 0.5%',
  shapes: ['text'],
  read: written => {
    const percent = readPercent(written)
    return percent !== undefined && percent <= 100 ? percent / 100 : undefined
  },
})

/** The number of a text such as `25%`. */
export function readPercent(written: unknown): number | undefined {
  const digits = typeof written === 'string' ? /^(\d+(?:\.\d+)?) ?%$/.exec(written.trim())?.[1] : undefined
  return digits === undefined ? undefined : Number(digits)
}

export function choice<const T extends string>(...choices: readonly [T, ...T[]]): z.ZodType<T> {
  return leaf({
    wants: choices.join(' or '),
    shapes: ['text'],
    only: choices,
    read: written => choices.find(each => each === written),
  })
}
