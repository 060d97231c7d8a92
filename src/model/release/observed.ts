import { remembered, type KubernetesObject } from '#base/index.ts'
import type { Ours, Row } from '#model/traffic/index.ts'
import type { Arrival, EndpointArrival } from './arrival.ts'
import type { Manifests, Release } from './release.ts'
import { canaryHost } from './services.ts'
import type { Snapshot } from './snapshot.ts'

/** What a run is about: does not change while a goal is being reached. */
export interface Run {
  readonly release: Release
  readonly snapshot: Snapshot
  readonly manifests: Manifests
  /** Number of the goal that is being reached. */
  readonly number: number
}

/** The cluster's objects as they are now; what is absent is not there. */
export interface Observed {
  /** The managed routes that exist, in the order of the snapshot's names. */
  readonly routes: readonly KubernetesObject[]
  readonly rule?: KubernetesObject
  /** The canary's own Service. */
  readonly canaryService?: KubernetesObject
  readonly stable?: KubernetesObject
  readonly canary?: KubernetesObject
  readonly autoscaler?: KubernetesObject
  /** ReplicaSets and pods of both workloads. */
  readonly replicaSets: readonly KubernetesObject[]
  readonly pods: readonly KubernetesObject[]
  readonly leases: readonly KubernetesObject[]
  readonly record?: KubernetesObject
  /** Versioned ConfigMaps and Secrets of former releases that nothing needs any more; looked for when a run ends well. */
  readonly outlived?: readonly KubernetesObject[]
  /** Live objects of the manifests that the snapshot lists, by {@link objectKey}. */
  readonly others: Readonly<Record<string, KubernetesObject>>
}

/** What is written by somebody, and so changes far less often than the pods that come of it. */
export type Written = Omit<Observed, 'replicaSets' | 'pods' | 'outlived'>

/** What is known of the mesh, and what only the loop can remember. */
export interface Seen {
  /** Of the managed routes together: as far as the last of them. */
  readonly route: Arrival
  /** Of what tells the sides apart. */
  readonly sides: Arrival
  readonly endpoints: EndpointArrival
  readonly drained: boolean
  /** When it will be drained (milliseconds since 1970); left out while the route is not everywhere yet. */
  readonly drainEnds?: number | undefined
  /** Keys of manifests that this goal has applied. */
  readonly applied: ReadonlySet<string>
  /** Keys of objects that bear no mark and that the cluster has refused to let this goal mark. */
  readonly refused?: ReadonlySet<string>
  /** Why pods of a side cannot become ready, where that is certain. */
  readonly failing: { readonly stable?: string; readonly canary?: string }
  /** Of a plain release: whether the objects of its manifests are what they were asked to be, by {@link objectKey}; all are, where left out. */
  readonly states?: Readonly<Record<string, ObjectState>>
}

/** Whether an object is what it was asked to be. `failed`: it will not become so by waiting. `message` begins with the object. */
export interface ObjectState {
  readonly is: 'current' | 'inProgress' | 'failed'
  readonly message: string
  /** While in progress: when it counts as failed by a deadline of its own (milliseconds since 1970). */
  readonly ends?: number
}

/** What tells an object from all others of a release. */
interface Known {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

export function objectKey(object: Known): string {
  return `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`
}

/** An object as the manifests of the run have it; undefined where it is not among them. */
export function manifestOf(object: Known, { manifests }: Pick<Run, 'manifests'>): KubernetesObject | undefined {
  const key = objectKey(object)
  return manifests.objects.find(each => objectKey(each) === key) as KubernetesObject | undefined
}

/** What the snapshot holds of a managed route; undefined where the run brought it. */
export function beforeOf(route: KubernetesObject, { snapshot }: Pick<Run, 'snapshot'>): Snapshot['routes'][number] | undefined {
  return snapshot.routes.find(({ kind, name }) => kind === route.kind && name === route.metadata.name)
}

/** What is ours in a managed route, for the router's functions; the very same for the same release and names. */
export function oursOf({ release, snapshot }: Pick<Run, 'release'> & { readonly snapshot: WithNames }): Ours {
  return oursIn(release, snapshot.names)
}

const oursIn = remembered((release: Run['release'], { host, restSubsets, services, support }: WithNames['names']): Ours => {
  const sides = services
    ? { stable: { host }, canary: { host: canaryHost(host, services) }, label: services.label }
    : { stable: { host, subset: release.subsets.stable }, canary: { host, subset: release.subsets.canary } }
  return {
    ...(release.routes === undefined ? {} : { entries: release.routes }),
    ...sides,
    atRest: [{ host }, ...restSubsets.map(subset => ({ host, subset }))],
    literals: release.literals,
    namespace: release.namespace,
    ...(support ? { support } : {}),
  }
})

/** As much of a snapshot as tells the sides. */
interface WithNames {
  readonly names: Pick<Snapshot['names'], 'host' | 'restSubsets' | 'services' | 'support'>
}

/** The sides of a row in the words of a plan: `stable 90, canary 10`. */
export function rowsText(rows: readonly Row[]): string {
  return rows
    .map(({ to, weight }) => `${typeof to === 'string' ? to : to.subset === undefined ? to.host : `${to.host}/${to.subset}`} ${weight}`)
    .join(', ')
}
