import type { KubernetesObject } from '#base/index.ts'
import type { ApiRequest, ApiResponse, Cluster } from '#delegate/kubernetes/index.ts'
import { planRelease, type ReleaseSurroundings } from '#delegate/release/index.ts'
import { settleBySeconds } from '#delegate/settle/index.ts'
import { releaseTerms, stepGoals } from '#model/application/index.ts'
import { versionName, type Write } from '#model/release/index.ts'
import type { ResolvedWorkflow } from '#model/workflow/index.ts'
import { ownIngress } from './application.ts'
import type { Fault } from './faults.ts'
import { pinned } from './pinned.ts'
import { harmless } from './rest.ts'
import type { GivenGoal } from './written.ts'
import type { World } from './world.ts'

/** One write, as far as a plan and what was sent can be compared: `patch virtualservices/cart-virtualservice [90,10]`. */
export interface Line {
  /** `virtualservices/cart-virtualservice` */
  readonly target: string
  readonly says: string
}

/** What `sluice plan` says that a run of this workflow would write to the application's objects, in order. `manifests`: the pinned text. */
export async function planned(world: World, workflow: ResolvedWorkflow, manifests: string): Promise<readonly Line[]> {
  const { clock, sandbox } = world
  const [release] = workflow.releases
  if (!release) return []
  const { hashes, contents } = pinned(workflow, manifests)
  const surroundings: ReleaseSurroundings = {
    clock,
    random: () => 0.5,
    cluster: () => Promise.resolve(sandbox.cluster as unknown as Cluster),
    settle: () => Promise.resolve(settleBySeconds({ shift: 0, removal: 0 }, 'a plan waits for nothing', clock)),
  }
  const context = {
    signal: new AbortController().signal,
    progress: () => undefined,
    content: (hash: string) => Promise.resolve(contents[hash] ?? ''),
  }
  const terms = releaseTerms('planned', workflow, release, hashes[release.id] ?? '')
  const plan = await planRelease(terms, stepGoals(workflow, release.id, hashes), context, surroundings)
  return plan.goals.flatMap(({ writes }) => writes.flatMap(plannedLine))
}

function plannedLine(write: Write): readonly Line[] {
  const { kind, metadata } = write.object
  return lineOf(write.is, pluralOf(kind), metadata.name, write.is === 'patch' ? write.after : write.object)
}

const pluralOf = (kind: string): string => (kind === 'Ingress' ? 'ingresses' : `${kind.toLowerCase()}s`)

/** A write that the API server took; none for what a run keeps for itself. */
export function sentLine({ method, path, body }: ApiRequest, answer: ApiResponse): readonly Line[] {
  const [, plural = '', name] = /\/namespaces\/[^/]+\/([a-z]+)(?:\/([^/?]+))?/.exec(path) ?? []
  const verb = method === 'PATCH' ? (Array.isArray(body) ? 'patch' : 'apply') : verbs[method]
  const object = (verb === 'patch' || verb === 'delete' ? answer.body : body) as KubernetesObject
  return lineOf(verb ?? method, plural, name ?? object.metadata.name, object)
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', DELETE: 'delete' }
/** Of its own objects a run keeps only what it gives back; people do not meet them. */
const own = ['leases', 'configmaps', 'horizontalpodautoscalers']

function lineOf(verb: string, plural: string, name: string, object: KubernetesObject): readonly Line[] {
  if (own.includes(plural)) return []
  const target = `${plural}/${name}`
  return [{ target, says: `${verb} ${target} ${verb === 'delete' ? '' : JSON.stringify(essence(plural, object))}` }]
}

/** What people look at: shares of a route (of an Ingress its annotations), names of subsets, pods and version of a workload, what a Service selects. */
function essence(plural: string, { spec, metadata }: KubernetesObject): unknown {
  return plural === 'ingresses' ? canaryAnnotationsOf(metadata.annotations) : (essences[plural] ?? selectorOf)((spec ?? {}) as Spec)
}

interface Spec {
  readonly http?: readonly { readonly route?: readonly Weighed[]; readonly mirror?: object }[]
  readonly rules?: readonly { readonly backendRefs?: readonly Weighed[] }[]
  readonly subsets?: readonly { readonly name: string }[]
  readonly replicas?: number
  readonly paused?: boolean
  readonly selector?: object
  readonly template?: { readonly spec?: object }
}

const essences: Readonly<Record<string, (spec: Spec) => unknown>> = {
  virtualservices: ({ http }) => http?.map(({ route = [], mirror }) => [...weights(route), ...(mirror ? ['mirror'] : [])]),
  httproutes: ({ rules }) => rules?.map(({ backendRefs = [] }) => weights(backendRefs)),
  destinationrules: ({ subsets }) => subsets?.map(({ name }) => name) ?? [],
  deployments: ({ replicas, paused, template }) => [replicas, paused ?? false, versionName({ spec: template?.spec } as never)],
}

const selectorOf = ({ selector }: Spec): unknown => selector

function canaryAnnotationsOf(annotations: Readonly<Record<string, string>> = {}): unknown {
  return Object.entries(annotations)
    .filter(([name]) => name.startsWith('nginx.ingress.kubernetes.io/canary'))
    .toSorted()
}

interface Weighed {
  readonly weight?: number
}

const weights = (rows: readonly Weighed[]): readonly (number | undefined)[] =>
  rows.length === 1 ? [100] : rows.map(({ weight }) => weight)

/** Troubles by others' hands, after which a run puts things right that the plan could not know of. */
const byOthers: ReadonlySet<Fault['is']> = new Set(['edit', 'podGone', 'autoscaler', 'supersede', 'restore', 'sleep', 'pause'])

export interface Comparison {
  /** Somebody has edited an object behind the plan, and before the run looked: its manifests may be applied over that. */
  editedBefore(): void
  /** The run wrote for this goal. */
  sent(lines: readonly Line[], goal: GivenGoal | undefined): void
  /** The run has ended well, or not. */
  ended(well: boolean): void
}

/**
 * The plan equals what was written.
 * 1. A run that meets nothing but delays and deaths writes what the plan says, in this order, to the last.
 * 2. Whatever troubles it, it writes to no object that the plan does not name, unless that was edited meanwhile; and going forward it declares no shares that the plan does not.
 * What a user's own file says (`ownIngress`) is in no goal's plan.
 */
export function newComparison(plan: readonly Line[], faults: readonly Fault[], violation: (text: string) => void): Comparison {
  const targets = new Set(plan.map(({ target }) => target))
  const known = new Set(plan.map(({ says }) => says))
  const free = faults.some(({ is }) => byOthers.has(is))
  const sent: Line[] = []
  let isOld = false
  return {
    editedBefore: () => void (isOld = true),
    sent(lines, goal) {
      const ofGoals = lines.filter(({ target }) => target !== `ingresses/${ownIngress}`)
      sent.push(...ofGoals)
      for (const { target, says } of ofGoals) {
        if (!targets.has(target) && !isOld) violation(`not planned: ${says}`)
        else if (!free && isRoute(target) && goal?.name.startsWith('forward/') && !known.has(says)) violation(`not planned: ${says}`)
      }
    },
    ended(well) {
      if (!well || !faults.every(({ is }) => harmless.has(is))) return
      const at = Array.from({ length: Math.max(plan.length, sent.length) }, (_, index) => index).find(i => plan[i]?.says !== sent[i]?.says)
      if (at !== undefined)
        violation(`plan: write ${at + 1} of ${plan.length} is ${sent[at]?.says ?? 'missing'}, planned is ${plan[at]?.says ?? 'none'}`)
    },
  }
}

const isRoute = (target: string): boolean => /^(virtualservices|httproutes|ingresses)\//.test(target)
