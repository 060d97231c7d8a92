import { z } from 'zod'
import { Later, TextOrLater } from '../later.ts'
import { readDocuments } from '#model/documents/index.ts'
import { workflow } from '../failures.ts'
import { complain, count, fields, isMapping, leaf, readEither, weight, words, wordsOrLater } from '../written/leaf.ts'
import { laterOf } from '../written/pending.ts'
import { defineStepType } from './step-type.ts'

/** A destination of the user's own, in Istio's words. */
export const LiteralDestination = z.strictObject({
  host: z.string().min(1),
  subset: z.string().min(1).optional(),
  port: z.strictObject({ number: z.number().int().min(1).max(65_535) }).optional(),
})
export type LiteralDestination = z.infer<typeof LiteralDestination>

/** One row of a split: a side of the release, a destination of the user's own, or text that only the run can read as one of these. */
export const SplitRow = z.strictObject({
  to: z.union([z.enum(['stable', 'canary']), LiteralDestination, Later]),
  /** Whole percent; the rows of a split sum to 100. */
  weight: z.number().int().min(0).max(100),
})
export type SplitRow = z.infer<typeof SplitRow>

/** `virtualService` is left out where the one managed VirtualService of the release is meant; a typed name is used as is, managed or not. */
export const TrafficSplit = z.strictObject({ virtualService: TextOrLater.optional(), rows: z.array(SplitRow).min(1) })
export type TrafficSplit = z.infer<typeof TrafficSplit>

type To = SplitRow['to']

/** The expressions of the seed system: they mean a side of the release, whatever it is called in the mesh. */
const sides = new Map<string, 'stable' | 'canary'>([
  ['${k8s.stableDestination}', 'stable'],
  ['${k8s.canaryDestination}', 'canary'],
])
const managed = '${k8s.virtualServiceName}'

const literal: z.ZodType<LiteralDestination> = fields({
  host: words,
  subset: words.optional(),
  port: fields({ number: count(1, 65_535) }).optional(),
})

const named: z.ZodType<To> = leaf({
  wants:
    '${k8s.canaryDestination}, ${k8s.stableDestination}, or a destination in the words of Istio, such as { host: cart-svc, subset: v2 }',
  shapes: ['text', 'object'],
  read: written => {
    const later = laterOf(written, 'text', 'object')
    if (later) return sides.get(compact(later.later)) ?? later
    if (written === 'stable' || written === 'canary') return written
    return typeof written === 'string' ? literal.safeParse(readDocuments(written, '').documents[0]?.value).data : undefined
  },
})

/** A side, or Istio's own YAML as a mapping or as text. */
const destination: z.ZodType<To> = readEither(written => (isMapping(written) ? literal : named), [named, literal])

function compact(expression: string): string {
  return expression.replaceAll(/\s/g, '')
}

const long = fields({
  virtualService: wordsOrLater.optional(),
  destinations: z.array(fields({ destination, weight })).min(1),
}).transform(({ virtualService, destinations }): TrafficSplit => ({
  ...(virtualService !== undefined && !isManaged(virtualService) && { virtualService }),
  rows: destinations.map(row => ({ to: row.destination, weight: row.weight })),
}))

/** `{ canary: 10 }`: so many percent to the canary, the rest to stable. */
const short = fields({ canary: weight, virtualService: wordsOrLater.optional() }).transform(({ canary, virtualService }): TrafficSplit => ({
  ...(virtualService !== undefined && !isManaged(virtualService) && { virtualService }),
  rows: [
    { to: 'canary', weight: canary },
    { to: 'stable', weight: 100 - canary },
  ],
}))

/** The name that may be left out: it means the one managed VirtualService. */
export function isManaged(name: TextOrLater): boolean {
  return typeof name !== 'string' && compact(name.later) === managed
}

const either = readEither(
  written => (isMapping(written) && 'canary' in written && !('destinations' in written) ? short : long),
  [short, long],
)

const checked = either.superRefine(({ rows }, context) => {
  const sum = rows.reduce((total, row) => total + row.weight, 0)
  if (sum !== 100) {
    complain(context, { tell: where => workflow.WEIGHT_SUM({ where, sum }) }, ['destinations'])
  }
  const seen = new Set<string>()
  for (const [i, { to }] of rows.entries()) {
    const key = JSON.stringify(to)
    const tell = (where: string) => workflow.DESTINATION_TWICE({ where, destination: sayDestination(to) })
    if (seen.has(key)) complain(context, { tell }, ['destinations', i, 'destination'])
    seen.add(key)
  }
})

/** For people: `canary`, `cart-svc/eu-west:8080`. */
function sayDestination(to: To): string {
  if (typeof to === 'string') return to
  if ('later' in to) return to.later
  return `${to.host}${to.subset === undefined ? '' : `/${to.subset}`}${to.port ? `:${to.port.number}` : ''}`
}

export const trafficSplit = defineStepType<TrafficSplit>({
  type: 'trafficSplit',
  title: 'Traffic Split',
  nameOf: ({ rows }) => {
    const canary = rows.find(row => row.to === 'canary')
    return canary ? `Traffic Split ${canary.weight} %` : 'Traffic Split'
  },
  about: 'Sends shares of the traffic to the canary, to stable, or to destinations of your own.',
  input: TrafficSplit,
  written: checked,
  strategies: ['canary', 'blueGreen'],
})
