import type { z } from 'zod'
import type { FailureStrategy } from '../failure-strategy.ts'
import { choice, count, duration, fields, isMapping, leaf, readEither } from './leaf.ts'

/** As an approval: a day for people to look. */
const holdByDefault = 24 * 3_600_000
/** What nothing else says. */
export const rollBack: FailureStrategy = { retry: { times: 0, every: 0 }, do: 'rollbackWorkflow' }

const reaction = choice('rollbackWorkflow', 'rollbackPhase', 'ignore', 'abort')

const whole: z.ZodType<FailureStrategy> = fields({
  retry: fields({ times: count(1, 100), every: duration().default(10_000) }).default({ times: 0, every: 0 }),
  hold: fields({ for: duration(1000).default(holdByDefault) }).optional(),
  do: reaction.default('rollbackWorkflow'),
})

const word: z.ZodType<FailureStrategy> = leaf({
  wants:
    'rollbackWorkflow, rollbackPhase, ignore, hold, abort, or a mapping such as { retry: { times: 3, every: 30s }, do: rollbackPhase }',
  shapes: ['text', 'object'],
  only: ['rollbackWorkflow', 'rollbackPhase', 'ignore', 'hold', 'abort'],
  read: written => {
    if (written === 'hold') return { ...rollBack, hold: { for: holdByDefault } }
    const known = reaction.safeParse(written)
    return known.success ? { ...rollBack, do: known.data } : undefined
  },
})

/** One word, or a mapping. */
export const failureStrategy = readEither(written => (isMapping(written) ? whole : word), [word, whole])
