import { z } from 'zod'
import { formatDuration } from '#base/index.ts'
import { workflow } from '../failures.ts'
import { complain, duration, fields } from '../written/leaf.ts'
import { Check, check } from './check.ts'
import { defineStepType } from './step-type.ts'

/** Times in milliseconds. `every`: from the beginning of a check to that of the next; there exactly where a check is. */
export const Bake = z.strictObject({
  for: z.number().int().min(1),
  check: Check.optional(),
  every: z.number().int().min(1).optional(),
})
export type Bake = z.infer<typeof Bake>

/** Looks at a version often enough to end a bad bake early, seldom enough that each look has something new to see. */
const checksByDefault = 6
/** Each check is kept for good: more than this in one bake would only fill the journal. */
const mostChecks = 200

/** The parts of a bake, in order: so long nothing but the watch, then a check where there is one. Together they last as long as the bake. */
export function bakeRounds({ for: whole, check: measured, every = whole }: Bake): readonly { readonly hold: number }[] {
  if (!measured) return [{ hold: whole }]
  const rounds = Math.max(1, Math.floor(whole / every))
  const rest = whole - rounds * every
  return Array.from({ length: rounds }, (_, i) => ({ hold: every - measured.over + (i === 0 ? rest : 0) }))
}

const written = fields({ for: duration(1000), check: check.written.optional(), every: duration(1000).optional() })

const checked = written
  .superRefine((input, context) => {
    const told = (field: string, is: string, wants: string): void =>
      complain(context, { tell: where => workflow.WRONG_VALUE({ where, is, wants }) }, [field])
    if (!input.check) {
      if (input.every !== undefined) told('every', 'there without a check', 'a check beside it')
      return
    }
    const { over } = input.check
    if (over > input.for) told('for', `shorter than its check measures (${formatDuration(over)})`, 'a longer bake')
    else if (input.every !== undefined && (input.every < over || input.every > input.for))
      told('every', formatDuration(input.every), `at least what the check measures (${formatDuration(over)}), at most the bake`)
    else if (input.every !== undefined && input.for / input.every > mostChecks)
      told('every', formatDuration(input.every), `at most ${mostChecks} checks in a bake`)
  })
  .transform((input): Bake => ({
    for: input.for,
    ...(input.check && { check: input.check, every: input.every ?? Math.max(input.check.over, Math.floor(input.for / checksByDefault)) }),
  }))

export const bake = defineStepType<Bake>({
  type: 'bake',
  title: 'Bake',
  about: 'Leaves the new version in front of users while going back is still instant; watches it, and may check it again and again.',
  input: Bake,
  written: checked,
  strategies: ['canary', 'blueGreen'],
  lasts: input => input.for,
})
