import { z } from 'zod'
import { nearMisses } from '#model/expressions/index.ts'
import type { FailureStrategy } from '../failure-strategy.ts'
import { workflow } from '../failures.ts'
import type { Later } from '../later.ts'
import { failureStrategy } from './failure-strategy.ts'
import { drawnAs } from './drawing.ts'
import { complain, condition, fields, fixedWords, isMapping, readBy, reference, sayValue } from './leaf.ts'
import { step, type WrittenStep } from './step.ts'
import { values, type WrittenValues } from './variables.ts'

export interface WrittenSection {
  readonly name: string
  readonly steps: readonly WrittenStep[]
  readonly when: boolean | Later
  readonly onFailure?: FailureStrategy | undefined
}

export interface WrittenPhase {
  readonly name: string
  readonly infrastructure?: string | undefined
  readonly variables: WrittenValues
  readonly when: boolean | Later
  readonly onFailure?: FailureStrategy | undefined
  readonly sections: readonly WrittenSection[]
  readonly rollback: readonly WrittenStep[]
}

const shape = {
  name: fixedWords,
  infrastructure: reference.optional(),
  variables: values.default({}),
  when: condition.default(true),
  onFailure: failureStrategy.optional(),
  rollback: z.array(step).default([]),
}
export const phaseFields = fields(shape)
const fieldNames = Object.keys(shape)
/** The sections of the seed system, in their order. */
export const usualSections = ['deploy', 'verify', 'wrapUp']
export const sectionFields = fields({ steps: z.array(step), when: condition.default(true), onFailure: failureStrategy.optional() })

/** Every key of a phase that is no field of it names a section. */
export function sectionNames(written: object): readonly string[] {
  return Object.keys(written).filter(key => !fieldNames.includes(key))
}

/** Sections run in the order in which they are written. */
const read = z.unknown().transform((written, context): WrittenPhase => {
  if (!isMapping(written)) {
    const wants = 'a phase, such as { name: Canary, deploy: […] }'
    complain(context, { tell: where => workflow.WRONG_VALUE({ where, is: sayValue(written), wants }), form: { shapes: ['object'], wants } })
    return z.NEVER
  }
  const known = Object.fromEntries(Object.entries(written).filter(([key]) => fieldNames.includes(key)))
  const common = readBy(phaseFields, known, context)
  const sections = sectionNames(written).map(name => section(name, written[name], context))
  if (sections.every(each => each?.steps.length === 0)) complain(context, { tell: where => workflow.EMPTY_PHASE({ where }) })
  return common ? { ...common, sections: sections.filter(each => each !== undefined) } : z.NEVER
})
export const phase: z.ZodType<WrittenPhase> = drawnAs(read, { part: 'phase' })

/** Part of the names of steps in the journal, where `/` parts them; a name of digits alone would lose its place in the order. */
const sectionName = /^[A-Za-z][\w-]*$/
const stepList = z.array(step)

/** A list of steps, or a mapping with `steps` and what holds for all of them; undefined where something is wrong. */
function section(name: string, written: unknown, context: z.RefinementCtx): WrittenSection | undefined {
  if (!sectionName.test(name)) {
    const wants = 'a section named with letters, digits, _ and -'
    complain(context, { tell: where => workflow.WRONG_VALUE({ where, is: `"${name}"`, wants }), atKey: name })
    return undefined
  }
  if (Array.isArray(written)) {
    const steps = readBy(stepList, written, context, [name])
    return steps && { name, steps, when: true }
  }
  if (isMapping(written) && 'steps' in written) {
    const read = readBy(sectionFields, written, context, [name])
    return read && { ...read, name }
  }
  const known = [...fieldNames, ...usualSections]
  const near = nearMisses(name, known)
  const tell = (where: string) =>
    workflow.UNKNOWN_FIELD({ where, field: name, near, known: [...known, 'sections of your own, each a list of steps'] })
  complain(context, { tell, form: { shapes: ['list', 'object'], wants: 'a list of steps' }, atKey: name })
  return undefined
}
