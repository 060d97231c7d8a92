import type { Failure } from '#base/index.ts'
import { z } from 'zod'

/** What a finding is about; also the order in which people read them. */
export const concerns = [
  'release',
  'rights',
  'mesh',
  'route',
  'otherWays',
  'rule',
  'endpoints',
  'scaling',
  'capacity',
  'roll',
  'counting',
  'owners',
  'wayBack',
] as const
export const Concern = z.enum(concerns)
export type Concern = z.infer<typeof Concern>

/**
 * One thing that was looked at. `refuse` stops a run before its first write, `warn` should be known, `unknown` could not be seen (and is
 * never taken for fine), `ok` was seen and is fine.
 */
export const PreflightFinding = z.discriminatedUnion('level', [
  z.strictObject({ concern: Concern, level: z.literal('ok'), message: z.string() }),
  z.strictObject({
    concern: Concern,
    level: z.enum(['refuse', 'warn', 'unknown']),
    /** As in docs/failures.md. */
    code: z.string(),
    message: z.string(),
    /** What to do, with what is to be pasted. */
    todo: z.string(),
  }),
])
export type PreflightFinding = z.infer<typeof PreflightFinding>

/** What stands against a run, or should be known before it: all but what is fine. */
export type Objection = Exclude<PreflightFinding, { level: 'ok' }>

/** Seen, and fine. */
export function ok(concern: Concern, message: string): PreflightFinding {
  return { concern, level: 'ok', message }
}

/** A failure as a finding; `todo` takes the place of the table's where the case allows to be exact. */
export function objection(concern: Concern, level: Objection['level'], failure: Failure, todo: string = failure.todo): Objection {
  return { concern, level, code: failure.code, message: failure.message, todo }
}
