import { createHash } from 'node:crypto'
import { canonicalJson, Failure, systemClock, type KubernetesObject } from '#base/index.ts'
import { connectCluster } from '#delegate/kubernetes/index.ts'
import { inspectFully, planRelease, type ReleasePlan, type ReleaseSurroundings } from '#delegate/release/index.ts'
import type { LookedAt } from '#delegate/objects/index.ts'
import { openSettling } from '#delegate/settle/index.ts'
import { goalsOf, pinnedText, releaseTerms, stepGoals, type PreparedRelease, type PreparedRun } from '#model/application/index.ts'
import { objection, PreflightFinding, type PreflightReport } from '#model/preflight/index.ts'
import { objectKey, type PlannedGoal, type Write } from '#model/release/index.ts'
import type { ResolvedStep, ResolvedWorkflow } from '#model/workflow/index.ts'
import { lookBeside } from './plan-beside.ts'

/** A step with the goals that it would reach, as planned; no goals where it moves nothing. */
export interface PlannedStep {
  readonly step: ResolvedStep
  readonly goals: readonly PlannedGoal[]
  /** Objects beside the traffic that it changes, as they are and as they will be. */
  readonly beside: readonly LookedAt[]
}

export interface RunPlan {
  readonly hash: string
  readonly releases: readonly { readonly prepared: PreparedRelease; readonly plan: ReleasePlan; readonly steps: readonly PlannedStep[] }[]
}

/** What a release's tasks need, in a command: the cluster by the person's own kubeconfig. */
export function commandSurroundings(): ReleaseSurroundings & { close(): Promise<void> } {
  const settling = openSettling({ clock: systemClock, random: Math.random })
  const open = new Map<string, ReturnType<typeof connectCluster>>()
  return {
    clock: systemClock,
    random: Math.random,
    cluster(reference) {
      const key = JSON.stringify(reference)
      const cluster = open.get(key) ?? connectCluster(reference)
      open.set(key, cluster)
      return Promise.resolve(cluster)
    },
    settle: (cluster, release, routes, signal) => settling.settle(cluster, release.settle, routes, signal),
    async close() {
      settling.close()
      for (const cluster of open.values()) cluster.close()
    },
  }
}

/** Looks around every release of a run, and tells what was seen, fine or not. Writes nothing. */
export async function preflightOf(run: PreparedRun): Promise<PreflightReport> {
  const { workflow, releases } = run
  if (!workflow) throw new Error('a preflight without a workflow was asked for')
  const surroundings = commandSurroundings()
  try {
    const looked = await Promise.all(releases.map(each => preflightOne(each, run, workflow, surroundings)))
    const refused = looked.some(({ findings }) => findings.some(({ level }) => level === 'refuse'))
    return { workflow: workflow.name, refused, releases: looked }
  } finally {
    await surroundings.close()
  }
}

async function preflightOne(
  prepared: PreparedRelease,
  { applied }: PreparedRun,
  workflow: ResolvedWorkflow,
  surroundings: ReleaseSurroundings,
): Promise<PreflightReport['releases'][number]> {
  const { id, namespace } = prepared.release
  const text = pinnedText(prepared)
  const terms = releaseTerms('<execution>', workflow, prepared.release, sha256(text))
  const input = { release: terms, steps: stepGoals(workflow, id, hashesOf(applied)) }
  try {
    const { findings, settle } = await inspectFully(input, contextFor(text, applied), surroundings)
    return { id, namespace, settle, findings: [...findings] }
  } catch (error) {
    return { id, namespace, findings: endOf(error) }
  }
}

/** Why a look ended early, where people can mend that: several findings where the failure holds them. Throws what is the world's, or a bug. */
function endOf(error: unknown): PreflightFinding[] {
  if (!(error instanceof Failure) || error.blame !== 'user') throw error
  const held = PreflightFinding.array().safeParse(error.facts['findings'])
  return held.success ? held.data : [objection('release', 'refuse', error)]
}

/** Plays a run on the clusters as they are. Writes nothing; a dry run of every manifest is made on the server. */
export async function planOf(prepared: PreparedRun): Promise<RunPlan> {
  const { workflow } = prepared
  if (!workflow) throw new Error('a plan without a workflow was asked for')
  const surroundings = commandSurroundings()
  try {
    const releases = await Promise.all(prepared.releases.map(each => planOne(each, prepared, surroundings)))
    return { hash: planHash(prepared, releases), releases }
  } finally {
    await surroundings.close()
  }
}

async function planOne(
  prepared: PreparedRelease,
  run: PreparedRun,
  surroundings: ReleaseSurroundings,
): Promise<RunPlan['releases'][number]> {
  const { release } = prepared
  const workflow = workflowOf(run)
  const text = pinnedText(prepared)
  const terms = releaseTerms('<execution>', workflow, release, sha256(text))
  const steps = workflow.phases
    .filter(phase => phase.release === release.id)
    .flatMap(phase => phase.sections.flatMap(section => section.steps))
  const plan = await planRelease(terms, stepGoals(workflow, release.id, hashesOf(run.applied)), contextFor(text, run.applied), surroundings)
  const { besides, refusals } = await lookBeside(steps, {
    run,
    terms,
    snapshot: plan.inspection.snapshot,
    made: madeBy(prepared, plan),
    surroundings,
  })
  const { findings } = plan.inspection
  const inspection = { ...plan.inspection, findings: [...findings, ...refusals] }
  return { prepared, plan: { ...plan, inspection }, steps: withGoals(steps, plan.goals, besides) }
}

/** Objects that a release makes: its manifests without anything before them. */
function madeBy({ manifests }: PreparedRelease, { inspection }: ReleasePlan): ReadonlyMap<string, KubernetesObject> {
  const created = new Set(
    inspection.snapshot.manifests.flatMap(({ before, kind, name }) => (before === undefined ? [`${kind}/${name}`] : [])),
  )
  const objects = manifests.objects as unknown as readonly KubernetesObject[]
  return new Map(objects.filter(({ kind, metadata }) => created.has(`${kind}/${metadata.name}`)).map(each => [objectKey(each), each]))
}

function workflowOf({ workflow }: PreparedRun): ResolvedWorkflow {
  if (!workflow) throw new Error('a plan without a workflow was asked for')
  return workflow
}

/** Hands the planned goals out to the steps that they belong to; what is left at the end is the way to rest. */
function withGoals(
  steps: readonly ResolvedStep[],
  planned: readonly PlannedGoal[],
  besides: ReadonlyMap<string, readonly LookedAt[]>,
): readonly PlannedStep[] {
  let at = 0
  return steps.map(step => {
    const count = goalsOf(step).length
    const goals = planned.slice(at, at + count)
    at += count
    return { step, goals, beside: besides.get(step.path) ?? [] }
  })
}

type Applied = PreparedRun['applied']

function contextFor(text: string, applied: Applied): { signal: AbortSignal; progress(): void; content(hash: string): Promise<string> } {
  const texts = new Map([text, ...applied.map(each => each.text)].map(each => [sha256(each), each]))
  return {
    signal: new AbortController().signal,
    progress: () => undefined,
    content: hash => Promise.resolve(texts.get(hash) ?? text),
  }
}

/** Hashes of what apply steps apply, by their paths. */
function hashesOf(applied: Applied): Readonly<Record<string, string>> {
  return Object.fromEntries(applied.map(({ path, text }) => [path, sha256(text)]))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Covers definition, manifests, goals and leaf diffs; not resourceVersions, uids, generations and times. */
function planHash({ workflow, applied }: PreparedRun, releases: RunPlan['releases']): string {
  const writes = releases.flatMap(({ plan }) => plan.goals.map(({ goal, writes: each }) => ({ goal, writes: each.map(essence) })))
  const besides = releases.flatMap(({ steps }) =>
    steps.flatMap(({ beside }) => beside.map(({ before: { says, leaves } }) => ({ says, leaves }))),
  )
  const manifests = releases.map(each => pinnedText(each.prepared))
  // A plan without such steps keeps the hash that it had before there were any.
  const more = applied.length + besides.length > 0 ? { applied: applied.map(each => each.text), besides } : {}
  return sha256(canonicalJson({ workflow: workflow ?? null, manifests, writes, ...more })).slice(0, 12)
}

function essence(write: Write): unknown {
  const { kind, metadata } = write.object
  if (kind === 'Lease' || (kind === 'ConfigMap' && metadata.name.startsWith('sluice-record-'))) return { kind, name: metadata.name }
  const patch = write.is === 'patch' ? write.patch.filter(({ op, path }) => op !== 'test' && !path.startsWith('/metadata/')) : []
  return { is: write.is, kind, name: metadata.name, patch, ...(write.is === 'apply' ? { spec: write.object.spec ?? null } : {}) }
}
