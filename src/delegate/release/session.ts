import type { KubernetesObject } from '#base/index.ts'
import { TrafficCounter, type Counted } from '#delegate/counting/index.ts'
import { countCalls, objectsOf, troubleOf, type CountedCluster, type Objects } from '#delegate/kubernetes/index.ts'
import type { LookedAt, Seen as Arrivals, Settle } from '#delegate/settle/index.ts'
import {
  arrivalOfAll,
  canaryName,
  HASH,
  Manifests,
  ownedBy,
  routerFor,
  TRACK,
  type Arrival,
  type Observed,
  type Release,
  type Run,
  type Seen,
  type Snapshot,
} from '#model/release/index.ts'
import type { ReleaseContext } from './context.ts'
import { newDrain, type Drain } from './drain.ts'
import { newFence, type Fence } from './fence.ts'
import { openObserver } from './observer.ts'
import type { Observer } from './observing.ts'
import type { Looked } from './looked.ts'
import { noRoute, plainLook } from './plain-look.ts'
import { openPlainObserver } from './plain-observer.ts'
import { settleFor } from './settle-for.ts'
import { newOurs, type Ours } from './ours.ts'
import type { ReleaseSurroundings } from './surroundings.ts'

/**
 * What this process knows of one release while an execution holds it: objects kept by watches, how far changes have come, since when the
 * route has been settled. Shared by the goals of an execution; a process that was killed opens a new one and only waits a little longer.
 */
export interface Session {
  readonly run: Omit<Run, 'number'>
  readonly objects: Objects
  readonly cluster: CountedCluster
  readonly settle: Settle
  readonly observer: Observer
  /** Counts requests; it outlives a session that is opened anew. */
  readonly traffic: TrafficCounter
  /** Takes up the settings of a goal: how arrival is known, and how long is drained. A step may have its own. */
  keepPace(release: Release, signal: AbortSignal): Promise<void>
  /** What the run left, for telling what others do to it. */
  readonly ours: Ours
  readonly fence: Fence
  /** Looks at the mesh; asks it only while something is awaited. */
  look(observed: Observed, goingBack: boolean, signal: AbortSignal): Promise<Looked>
  close(): void
}

export async function openSession(
  release: Release,
  snapshot: Snapshot,
  surroundings: ReleaseSurroundings,
  context: ReleaseContext,
  counting?: TrafficCounter,
): Promise<Session> {
  const shared = await surroundings.cluster(release.cluster)
  const cluster = countCalls(shared)
  const objects = objectsOf(cluster, surroundings)
  const run = { release, snapshot, manifests: Manifests.parse(JSON.parse(await context.content(release.manifests))) }
  let broken: unknown
  const open = release.plain === undefined ? openObserver : openPlainObserver
  const observer = await open(objects, run, surroundings, error => (broken = error), context.signal)
  // What is known of the mesh belongs to the cluster, not to this release.
  const settleBy = (terms: Release, signal: AbortSignal): Promise<Settle> =>
    terms.plain === undefined ? settleFor(routesOf(observer.current(), run), shared, terms, surroundings, signal) : Promise.resolve(noRoute)
  const first = await orClosed(observer, settleBy(release, context.signal))
  const traffic = counting ?? new TrafficCounter(objects, observer.current().routes, countedOf(release, snapshot), surroundings)
  const paceOf = (terms: Release, settle: Settle): Pace => {
    return { key: paceKey(terms), settle, drain: newDrain(terms.drain, settle.how, traffic, surroundings) }
  }
  let pace = paceOf(release, first)
  const gone = newGone(run)
  return {
    run,
    traffic,
    objects,
    cluster,
    get settle() {
      return pace.settle
    },
    observer,
    ours: newOurs(observer.current(), run),
    fence: newFence(observer, run, surroundings.clock),
    async keepPace(terms, signal) {
      if (paceKey(terms) === pace.key) return
      const next = await settleBy(terms, signal)
      pace.settle.close()
      pace = paceOf(terms, next)
    },
    async look(observed, goingBack, signal) {
      if (broken !== undefined) throw broken
      if (release.plain !== undefined) return plainLook(observed, run, surroundings.clock.now())
      const { settle, drain } = pace
      const arrivals = await settle.look({ ...lookedAt(observed, run, gone(observed)), goingBack }, signal)
      const { route, sides, endpoints } = withArrivals(
        arrivals,
        arrivals.routes.map((arrival, index) => accepted(arrival, observed.routes[index])),
      )
      const { is, left, ends } = drain(observed, route)
      const seen = { route, sides, endpoints, drained: is, drainEnds: ends, failing: failing(observed, surroundings.clock.now()) }
      return { seen, nextLookIn: Math.min(arrivals.nextLookIn, left) }
    },
    close() {
      observer.close()
      pace.settle.close()
    },
  }
}

/** What is needed beside something that has been opened: where it fails, that is closed. */
async function orClosed<T>(opened: Observer, other: Promise<T>): Promise<T> {
  try {
    return await other
  } catch (error) {
    opened.close()
    throw error
  }
}

/** Whose requests are the release's. */
function countedOf({ namespace, prometheus }: Release, { names: { workload, service, services } }: Snapshot): Counted {
  const workloads = { stable: workload, canary: canaryName(workload) }
  return { namespace, workloads, services: [service, ...(services ? [services.canary] : [])], ...(prometheus ? { prometheus } : {}) }
}

/** What the settings of a goal decide. A change of pace forgets since when the route stands: the next wait only takes longer. */
interface Pace {
  readonly key: string
  readonly settle: Settle
  readonly drain: Drain
}

function paceKey({ settle, drain }: Release): string {
  return JSON.stringify([settle, drain])
}

/** The routes of a release: as they are, or, where one is not there yet, by its name. */
function routesOf({ routes }: Observed, { release, snapshot }: Pick<Run, 'release' | 'snapshot'>): readonly KubernetesObject[] {
  return snapshot.names.routes.map(({ apiVersion, kind, name }) => {
    const live = routes.find(route => route.kind === kind && route.metadata.name === name)
    return live ?? { apiVersion, kind, metadata: { name, namespace: release.namespace } }
  })
}

/** `gone`: routes that are not there, and must have been gone everywhere too. */
function lookedAt(
  observed: Observed,
  { release, snapshot }: Pick<Run, 'release' | 'snapshot'>,
  gone: readonly KubernetesObject[],
): LookedAt {
  const { namespace } = release
  const { service, services } = snapshot.names
  const sides = services ? observed.canaryService : observed.rule
  const isCanary = (pod: KubernetesObject): boolean => pod.metadata.labels?.[TRACK] === 'canary'
  const own = services ? [{ namespace, name: services.canary, pods: observed.pods.filter(isCanary) }] : []
  const pods = services ? observed.pods.filter(pod => !isCanary(pod)) : observed.pods
  const routes = [...observed.routes, ...gone]
  return { routes, ...(sides ? { rule: sides } : {}), services: [{ namespace, name: service, pods }, ...own] }
}

/**
 * What a run makes and removes again must have been gone everywhere too: a stand-in for each holder that is not there, another one after each
 * life of it. Time alone tells of it.
 */
function newGone({ snapshot, release }: Pick<Run, 'release' | 'snapshot'>): (observed: Observed) => readonly KubernetesObject[] {
  const lives = new Map<string, string>()
  return ({ routes }) =>
    snapshot.names.routes.flatMap(({ apiVersion, kind, name, made }) => {
      const present = routes.find(route => route.kind === kind && route.metadata.name === name)
      if (present) lives.set(name, present.metadata.uid ?? '')
      if (present || made === undefined) return []
      return [
        { apiVersion, kind, metadata: { name, namespace: release.namespace, uid: `none after ${lives.get(name) ?? 'none'} of ${name}` } },
      ]
    })
}

/** A route that nobody has accepted yet has not arrived, however much time has passed. */
function accepted(arrival: Arrival, route: KubernetesObject | undefined): Arrival {
  const acceptance = route ? routerFor(route).accepted(route) : undefined
  switch (acceptance?.is) {
    case 'pending':
      return { ...withoutEnd(arrival), reached: 'none', says: acceptance.says }
    case 'refused':
      return { ...withoutEnd(arrival), reached: 'none', rejected: { proxy: acceptance.by, words: acceptance.words } }
    default:
      return arrival
  }
}

/** Time alone does not end it. */
function withoutEnd(arrival: Arrival): Omit<Arrival, 'ends'> {
  const { ends: _, ...open } = arrival
  return open
}

/** What is not there yet needs no arrival: it counts as come everywhere. */
const absent = { reached: 'removal', says: 'not there yet', acknowledged: 0, expected: 0, missing: [] } as const

function withArrivals({ rule, endpoints }: Arrivals, routes: readonly Arrival[]): Pick<Seen, 'route' | 'sides' | 'endpoints'> {
  return { route: arrivalOfAll(routes) ?? absent, sides: rule ?? absent, endpoints }
}

/** Why pods of a side can never become ready, from their own status. */
function failing(observed: Observed, now: number): Seen['failing'] {
  const of = (deployment: KubernetesObject | undefined): string | undefined => {
    const replicaSets = observed.replicaSets.filter(set => ownedBy(set, deployment) && isCurrent(set, deployment))
    return troubleOf({ replicaSets, pods: observed.pods }, now).find(trouble => trouble.is === 'failed')?.says
  }
  const [stable, canary] = [of(observed.stable), of(observed.canary)]
  return { ...(stable === undefined ? {} : { stable }), ...(canary === undefined ? {} : { canary }) }
}

/** Pods of former revisions say nothing about the new one. */
function isCurrent(set: KubernetesObject, deployment: KubernetesObject | undefined): boolean {
  const revision = 'deployment.kubernetes.io/revision'
  const wanted = deployment?.metadata.annotations?.[revision]
  return (
    wanted === undefined ||
    set.metadata.annotations?.[revision] === wanted ||
    set.metadata.labels?.[TRACK] !== undefined ||
    set.metadata.labels?.[HASH] === undefined
  )
}
