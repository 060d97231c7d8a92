import { z } from 'zod'
import { TextOrLater } from '../later.ts'
import { workflow } from '../failures.ts'
import { complain, duration, fields, leaf, readPercent, weight, wordsOrLater } from '../written/leaf.ts'
import { Check, check } from './check.ts'
import { defineStepType } from './step-type.ts'
import { isManaged } from './traffic-split.ts'

/**
 * A ramp: the canary's share rises stage by stage, each held for `hold` milliseconds and then checked. `virtualService` as in TrafficSplit.
 * `stages`: whole percent, each higher than the one before.
 */
export const ShiftTraffic = z.strictObject({
  virtualService: TextOrLater.optional(),
  stages: z
    .array(z.number().int().min(1).max(100))
    .min(1)
    .refine(stages => rises(stages), 'each stage must be higher than the one before'),
  hold: z.number().int().min(0),
  check: Check.optional(),
})
export type ShiftTraffic = z.infer<typeof ShiftTraffic>

function rises(stages: readonly number[]): boolean {
  return stages.every((stage, i) => i === 0 || stage > (stages[i - 1] ?? 0))
}

const wantsTo = 'a list of rising percentages, such as [10, 25, 50, 100], or the last percentage of a ramp that goes up `by` so many'

/** Every stage, or the last one of a ramp in even steps. */
const to: z.ZodType<number | readonly number[]> = leaf({
  wants: wantsTo,
  shapes: ['list', 'integer', 'number', 'text'],
  read: written => (Array.isArray(written) ? readStages(written) : readShare(written)),
})

function readStages(written: readonly unknown[]): readonly number[] | undefined {
  const stages = written.flatMap(each => readShare(each) ?? [])
  return stages.length === written.length && stages.length > 0 && rises(stages) ? stages : undefined
}

/** A stage of 0 % would be no stage. */
function readShare(written: unknown): number | undefined {
  const percent = readPercent(written) ?? written
  return typeof percent === 'number' && Number.isInteger(percent) && percent > 0 && percent <= 100 ? percent : undefined
}

const written = fields({
  to,
  from: weight.optional(),
  by: weight.optional(),
  hold: duration(1000).optional(),
  check: check.written.optional(),
  virtualService: wordsOrLater.optional(),
})

type Written = z.infer<typeof written>

const checked = written
  .superRefine((input, context) => {
    const unfit = unfitRamp(input)
    if (unfit) complain(context, { tell: where => workflow.WRONG_VALUE({ where, ...unfit }) }, [unfit.field])
    if (input.hold !== undefined || input.check) return
    complain(context, { tell: where => workflow.MISSING({ where, wants: 'how long each stage is held, such as 5m, or a check' }) }, [
      'hold',
    ])
  })
  .transform((input): ShiftTraffic => ({
    stages: stagesOf(input),
    // A check takes its own time: nothing need pass before it.
    hold: input.hold ?? 0,
    ...(input.check && { check: input.check }),
    ...(input.virtualService !== undefined && !isManaged(input.virtualService) && { virtualService: input.virtualService }),
  }))

/** What is wrong with a ramp as a whole. */
function unfitRamp({ to: last, from, by }: Written): { readonly field: string; readonly is: string; readonly wants: string } | undefined {
  if (typeof last !== 'number') {
    if (from === undefined && by === undefined) return undefined
    return { field: from === undefined ? 'by' : 'from', is: 'beside a list of stages', wants: 'either the list, or from, to and by' }
  }
  if (by === undefined || by === 0) return { field: 'to', is: 'one percentage without by', wants: wantsTo }
  return from !== undefined && from >= last
    ? { field: 'from', is: `${from}, not lower than to (${last})`, wants: 'a lower one' }
    : undefined
}

/** From `from` (or the first step) up by so many percent; the last stage is always `to`. */
function stagesOf({ to: last, from, by = 100 }: Written): number[] {
  if (typeof last !== 'number') return [...last]
  const stages: number[] = []
  for (let stage = from || Math.min(by, last); stage < last; stage += Math.max(1, by)) stages.push(stage)
  return [...stages, last]
}

export const shiftTraffic = defineStepType<ShiftTraffic>({
  type: 'shiftTraffic',
  title: 'Shift Traffic',
  nameOf: ({ stages }) => (stages.length > 1 ? `Shift Traffic ${stages[0]} → ${stages.at(-1)} %` : `Shift Traffic ${stages[0]} %`),
  about: 'Raises the share of the canary in stages; each one is held for a while, and checked.',
  input: ShiftTraffic,
  written: checked,
  strategies: ['canary', 'blueGreen'],
  lasts: ({ stages, hold, check: measured }) => stages.length * (hold + (measured?.over ?? 0)),
})
