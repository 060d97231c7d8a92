import { z } from 'zod'
import type { ContentStore } from '#control-plane/engine/index.ts'
import { Release } from '#model/release/index.ts'
import { literalRow, type LiteralRow } from '#control-plane/steps/index.ts'
import { ResolvedWorkflow, TrafficSplit, type ResolvedPhase, type ResolvedRelease, type ResolvedStep } from '#model/workflow/index.ts'
import { executions } from './failures.ts'

/** What an execution is bound to: pinned by the hash of its text, never changed by an edit or an upgrade. */
export const Definition = z.object({
  workflow: ResolvedWorkflow,
  /** Per release id the hash of its rendered manifests. */
  manifests: z.record(z.string(), z.string()),
})
export type Definition = z.infer<typeof Definition>

/** What the journal's row holds of an execution. */
export const ExecutionInput = z.object({
  /** Hash of the {@link Definition}. */
  definition: z.string(),
  /** Hash of the plan that was agreed to. */
  plan: z.string().optional(),
  /** Idempotency key of the request that started it. */
  key: z.string(),
  who: z.string(),
})
export type ExecutionInput = z.infer<typeof ExecutionInput>

export async function readDefinition(content: ContentStore, hash: string): Promise<Definition> {
  const text = await content.get(hash)
  if (text === undefined) throw executions.CONTENT_MISSING({ hash, what: 'definition' })
  return Definition.parse(JSON.parse(text))
}

/** One release of a definition, as the delegate needs it. */
export function releaseTerms(execution: string, { workflow, manifests }: Definition, release: ResolvedRelease): Release {
  const { name, service, namespace, cluster, subsets, settle, drain, bypass, workload, routes } = release
  const virtualService = typedVirtualService(workflow, release.id)
  return Release.parse({
    execution,
    name,
    service,
    namespace,
    cluster,
    version: release.artifact.version,
    manifests: manifests[release.id],
    literals: literalDestinations(workflow, release.id),
    subsets,
    settle,
    drain,
    bypass,
    ...(workload === undefined ? {} : { workload }),
    ...(routes === undefined ? {} : { routes }),
    ...(virtualService === undefined ? {} : { virtualService }),
  })
}

/** The user's own destinations that the splits of a release name: the route's other rows are not ours to touch. */
function literalDestinations(workflow: ResolvedWorkflow, release: string): LiteralRow[] {
  const splits = stepsOf(workflow, release).flatMap(({ type, input }) => (type === 'trafficSplit' ? [TrafficSplit.parse(input)] : []))
  const literals = splits.flatMap(({ rows }) => rows.flatMap(({ to }) => (typeof to === 'string' || 'later' in to ? [] : [literalRow(to)])))
  return [...new Map(literals.map(each => [JSON.stringify(each), each])).values()]
}

/** The VirtualService that a release's steps name; undefined where they leave it out. Several are refused: a run holds one. */
export function typedVirtualService(workflow: ResolvedWorkflow, release: string): string | undefined {
  const names = new Set(stepsOf(workflow, release).flatMap(({ type, input }) => (type === 'trafficSplit' ? typedName(input) : [])))
  if (names.size > 1) throw executions.SEVERAL_VIRTUAL_SERVICES({ release, names: [...names] })
  return [...names][0]
}

function typedName(input: ResolvedStep['input']): string[] {
  const name = (input as { readonly virtualService?: unknown } | null)?.virtualService
  return typeof name === 'string' ? [name] : []
}

/** Every step of a release, rollback steps included. */
export function stepsOf(workflow: ResolvedWorkflow, release: string): ResolvedStep[] {
  return workflow.phases.filter(phase => phase.release === release).flatMap(allSteps)
}

export function allSteps(phase: ResolvedPhase): ResolvedStep[] {
  return [...phase.sections.flatMap(section => section.steps), ...phase.rollback]
}

/** The release of an id; a definition that names one which it does not have is a bug of whoever resolved it. */
export function releaseById(workflow: ResolvedWorkflow, id: string): ResolvedRelease {
  const release = workflow.releases.find(each => each.id === id)
  if (!release) throw new Error(`workflow ${workflow.name}: its phases name the release ${id}, which it does not have`)
  return release
}
