import { z } from 'zod'
import type { Failure } from '#base/index.ts'
import { nearMisses } from '#model/expressions/index.ts'
import type { FailureStrategy } from '../failure-strategy.ts'
import { workflow } from '../failures.ts'
import type { Later } from '../later.ts'
import type { Settle } from '../resolved.ts'
import { stepType, stepTypes } from '../steps/index.ts'
import type { StepType } from '../steps/step-type.ts'
import { failureStrategy } from './failure-strategy.ts'
import { drawnAs } from './drawing.ts'
import { choice, complain, condition, duration, fields, flag, isMapping, readBy, sayValue, words } from './leaf.ts'

export const settle: z.ZodType<Settle> = fields({
  mode: choice('auto', 'acknowledged', 'seconds').default('auto'),
  shift: duration().optional(),
  removal: duration().optional(),
})

/** What every step may say beside its type. */
const shared = {
  name: words.optional().describe('What people call the step; its type where left out.'),
  timeout: duration(1000)
    .optional()
    .describe('How long it may take: ten minutes beside what it waits or measures by intent, where left out.'),
  when: condition.default(true).describe('Runs only where this is true.'),
  onFailure: failureStrategy.optional().describe('What its failure leads to; that of section, phase or workflow where left out.'),
  delegates: z.array(words).default([]).describe('Selectors beside those of the infrastructure: a delegate must have all of them.'),
  settle: settle.optional().describe('How it is known that every proxy has a change; that of the infrastructure where left out.'),
  drain: duration()
    .optional()
    .describe('How long pods without traffic are kept for requests under way; that of the infrastructure where left out.'),
  irreversible: flag.default(false).describe('Once it has begun nothing goes back by itself: a failure holds and asks a person.'),
}
export const sharedFields = fields(shared)
const sharedNames = Object.keys(shared)
const typeNames = stepTypes.map(each => each.type)

/** A step as written: what is left out is decided when the workflow is resolved. */
export interface WrittenStep {
  readonly type: string
  readonly input: unknown
  readonly name?: string | undefined
  readonly timeout?: number | undefined
  readonly when: boolean | Later
  readonly onFailure?: FailureStrategy | undefined
  readonly delegates: string[]
  readonly settle?: Settle | undefined
  readonly drain?: number | undefined
  readonly irreversible: boolean
}

/** The step types that a step names. */
export function typesOf(written: unknown): readonly string[] {
  return isMapping(written) ? Object.keys(written).filter(stepType) : []
}

/** One key names the type, the others are shared by all types. */
const read = z.unknown().transform((written, context): WrittenStep => {
  if (!isMapping(written)) {
    const wants = 'a step, such as wait: { for: 30s }'
    complain(context, { tell: where => workflow.WRONG_VALUE({ where, is: sayValue(written), wants }), form: { shapes: ['object'], wants } })
    return z.NEVER
  }
  tellStrangeKeys(written, context)
  const type = takeType(written, context)
  const common = readBy(sharedFields, pick(written, sharedNames), context)
  // `canaryDelete:` with nothing behind it means the same as `canaryDelete: {}`.
  const input = type && readBy(type.written, written[type.type] ?? {}, context, [type.type])
  return type && common ? { ...common, type: type.type, input } : z.NEVER
})
export const step: z.ZodType<WrittenStep> = drawnAs(read, { part: 'step' })

function pick(written: Readonly<Record<string, unknown>>, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(written).filter(([key]) => names.includes(key)))
}

/** Keys that are neither shared fields nor step types: each is told once, with what it may have meant. */
function tellStrangeKeys(written: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  const hasType = typesOf(written).length > 0
  for (const key of strangeKeys(written)) {
    const known = hasType ? sharedNames : [...typeNames, ...sharedNames]
    const near = nearMisses(key, known)
    const isField = hasType || near.some(each => sharedNames.includes(each))
    const tell = (where: string): Failure =>
      isField
        ? workflow.UNKNOWN_FIELD({ where, field: key, near, known })
        : workflow.UNKNOWN_STEP({ where, type: key, near, known: typeNames })
    complain(context, { tell, atKey: key })
  }
}

function strangeKeys(written: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(written).filter(key => !sharedNames.includes(key) && !stepType(key))
}

function takeType(written: Readonly<Record<string, unknown>>, context: z.RefinementCtx): StepType<unknown> | undefined {
  const types = typesOf(written)
  const [only, second] = types
  if (second) {
    complain(context, { tell: where => workflow.SEVERAL_STEPS({ where, types }), atKey: second })
  } else if (!only && strangeKeys(written).length === 0) {
    complain(context, { tell: where => workflow.NO_STEP({ where }) })
  }
  return only && !second ? stepType(only) : undefined
}
