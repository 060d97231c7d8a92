// What others take away while a run is there. Of pods it is judged when a ReplicaSet is made smaller: why, and whether the run could have known.
//
// 1. Somebody's template rolls out: it came while nothing held the workload's rolls, which then nobody can stop in time, or a person has said
//    that it is to roll out. Users meet that roll only where a route leads to all pods of the workload; a subset of old pods is the run's to keep.
// 2. The autoscaler follows its load, above the floor also in mid-run, whether there is a run or not.
// 3. Somebody turns requests to a side that has no pods yet or is being deleted, or whose pods are just being replaced: until the run has taken them back.
//    Or to pods that have only just become ready: until every proxy knows them. A write to another object that was on its way then cannot know of it:
//    where somebody leads users to every pod while the pods of a canary that nobody was led to are being taken away, they meet those. Whoever is
//    led to every pod gets every version, until the run has taken them back.
// 4. Somebody takes the subsets away that routes name, or the canary's Service: until the run has put them back, which it must do at once where it can.
import type { KubernetesObject } from '#base/index.ts'
import { floorOf, isReady, replicasOf, specOf, templateOf, TRACK } from '#model/release/index.ts'
import { shop } from './application.ts'
import { isCanary } from './splits.ts'
import type { World } from './world.ts'

export interface Others {
  /** Somebody has edited this of the release. */
  edited(of: string): void
  /** A person has said that an edit stays, so that it rolls out. */
  kept(): void
  /** Others have taken this pod away from under this destination. */
  hasTaken(pod: string, destination: string): boolean
  /** Whether somebody's edit rolls out because a person has said so. */
  rollsOut(): boolean
  /** Somebody has turned requests to this destination while nobody was there to serve them, or while its pods were being replaced. */
  hasMisled(destination: string): boolean
  /** Somebody has led users to every pod there is, by this destination. */
  hasOpened(destination: string): boolean
  /** An edit that rolls out has replaced the pods of this destination so lately that proxies may not know the new ones: no roll waits for that. */
  hasReplaced(destination: string): boolean
  /** Somebody has turned requests so lately that the run's next write had been decided. */
  hasJustTurned(): boolean
  /** Somebody has taken the name of this destination away. */
  hasUnnamed(destination: string): boolean
}

/** Longest time (milliseconds) from what a write is decided by to its arrival, while nobody is frozen or cut off. */
const decided = 1000

/** Milliseconds in which a pod becomes ready where nothing slows it down. */
const ready = 1500

/** The canary where it is a Service, and where a route of the Gateway API leads that names a Service that is not there. */
const ofNobody: ReadonlySet<string> = new Set(['cart-svc-canary/', '/'])

type Taker = 'roll' | 'load'

/** `late`, `reacts`: milliseconds until every proxy has what was written, and until a run has acted. */
export function newOthers(
  { sandbox, clock }: Pick<World, 'sandbox' | 'clock'>,
  { late, reacts }: { readonly late: number; readonly reacts: number },
): Others {
  const { objects } = sandbox.apiServer
  const named = (resource: string, name: string): KubernetesObject | undefined => objects.get(resource, { namespace: shop, name })
  const takers = new Map<string, Taker>()
  const shrunk = new Map<string, { readonly size: number; readonly by: Taker | undefined }>()
  let edit: 'none' | 'free' | 'held' = 'none'
  let isKept = false
  let unnamedUntil = 0
  let turnedAt = -Infinity
  let misleading = ''
  const misledUntil = { canary: 0, stable: 0 }
  let openUntil = 0
  const parting = { pods: new Set<string>(), until: 0 }
  const readySince = new Map<string, number>()
  let lastTaken = -Infinity

  const takerOf = (set: KubernetesObject): Taker | undefined => {
    const stable = named('deployments.apps', 'cart')
    if (!stable || !set.metadata.ownerReferences?.some(({ uid }) => uid === stable.metadata.uid)) return undefined
    if (isRolledOut(set, stable)) return hasColour(stable) && (edit === 'free' || isKept) ? 'roll' : undefined
    return replicasOf(stable) === wanted(named('horizontalpodautoscalers.autoscaling', 'cart')) ? 'load' : undefined
  }
  objects.subscribe('deployments.apps', ({ object }) => {
    if (edit === 'free' && object.metadata.name === 'cart' && specOf(object).paused) edit = 'held'
  })
  const isRolling = (): boolean => {
    const stable = named('deployments.apps', 'cart')
    const { updatedReplicas = 0, replicas = 0 } = (stable?.status ?? {}) as {
      readonly updatedReplicas?: number
      readonly replicas?: number
    }
    return clock.now() <= lastTaken + late || updatedReplicas < replicas
  }
  const ofCanary = (resource: string): readonly KubernetesObject[] =>
    objects.list(resource, shop).filter(({ metadata }) => metadata.labels?.[TRACK] === 'canary')
  /** Milliseconds since 1970 by which every proxy knows a pod of the canary; none where there is no such pod. Pods whose workload is gone are about to go. */
  const canaryKnownAt = (): number => {
    const ready = ofCanary('deployments.apps').length > 0 ? ofCanary('pods').filter(isReady) : []
    return Math.min(...ready.map(({ metadata }) => (readySince.get(metadata.name) ?? 0) + late))
  }
  /** Pods that the stable subset names, where there is one. */
  const hasStablePods = (): boolean => {
    const rule = named('destinationrules.networking.istio.io', 'cart-destinationrule')
    const { subsets = [] } = (rule?.spec ?? {}) as { readonly subsets?: readonly { readonly name: string; readonly labels: object }[] }
    const labels = Object.entries(subsets.find(({ name }) => name === 'stable')?.labels ?? {})
    return objects.list('pods', shop).some(pod => isReady(pod) && labels.every(([key, value]) => pod.metadata.labels?.[key] === value))
  }
  /** Of the canary's pods when users may just have been led to every pod: which of them are about to go. */
  const noteParting = (): void => {
    if (clock.now() > turnedAt + decided) return
    const isGone = ofCanary('deployments.apps').length === 0
    parting.until = turnedAt + reacts + late
    for (const { metadata } of ofCanary('pods')) if (isGone || metadata.deletionTimestamp !== undefined) parting.pods.add(metadata.name)
  }
  /** A pod of stable goes. The roll that takes it, once the new one is ready, may have been decided before users were led there. */
  const noteTaken = (): void => {
    lastTaken = clock.now()
    if (clock.now() <= turnedAt + decided + ready) misledUntil.stable = turnedAt + reacts + late
  }
  const rows = (): string =>
    JSON.stringify([
      named('virtualservices.networking.istio.io', 'cart-virtualservice')?.spec,
      named('ingresses.networking.k8s.io', 'cart-canary')?.metadata.annotations,
    ])
  for (const resource of ['virtualservices.networking.istio.io', 'ingresses.networking.k8s.io'])
    objects.subscribe(resource, () => {
      if (rows() === misleading) return
      for (const side of ['canary', 'stable'] as const) misledUntil[side] = Math.min(misledUntil[side], clock.now() + late)
      // Another route may still be open, and comes next.
      openUntil = Math.min(openUntil, clock.now() + decided + late)
    })
  objects.subscribe('destinationrules.networking.istio.io', ({ object }) => {
    const { subsets } = object.spec as { readonly subsets?: readonly unknown[] }
    if (subsets?.length) unnamedUntil = Math.min(unnamedUntil, clock.now() + late)
  })
  objects.subscribe('services', ({ type, object }) => {
    if (type === 'ADDED' && object.metadata.name.endsWith('-canary')) unnamedUntil = Math.min(unnamedUntil, clock.now() + late)
  })
  objects.subscribe('replicasets.apps', ({ object }) => {
    const { name } = object.metadata
    const [before, size] = [shrunk.get(name), replicasOf(object)]
    shrunk.set(name, { size, by: before && size < before.size ? takerOf(object) : before?.by })
  })
  objects.subscribe('pods', ({ object }) => {
    const { name } = object.metadata
    if (!isReady(object)) readySince.delete(name)
    else if (!readySince.has(name)) readySince.set(name, clock.now())
  })
  objects.subscribe('pods', ({ type, object: { metadata } }) => {
    if (type !== 'DELETED' && metadata.deletionTimestamp === undefined) return
    noteParting()
    if (metadata.labels?.[TRACK] !== 'canary') noteTaken()
    const by = shrunk.get(metadata.ownerReferences?.[0]?.name ?? '')?.by
    if (by && !takers.has(metadata.name)) takers.set(metadata.name, by)
  })
  return {
    edited: of => {
      if (of === 'template') edit = specOf(named('deployments.apps', 'cart')).paused ? 'held' : 'free'
      if (of === 'subsets') unnamedUntil = clock.now() + reacts + late
      if (of !== 'weights' && of !== 'route') return
      turnedAt = clock.now()
      const [takenBack, known] = [turnedAt + reacts + late, canaryKnownAt()]
      misleading = rows()
      if (of === 'route') openUntil = takenBack
      misledUntil.canary = Math.min(takenBack, known)
      noteParting()
      misledUntil.stable = isRolling() || !hasStablePods() ? takenBack : 0
    },
    kept: () => void (isKept = true),
    hasTaken: (pod, destination) =>
      takers.get(pod) === 'load' ||
      (destination === 'cart-svc/' && (takers.get(pod) === 'roll' || (parting.pods.has(pod) && clock.now() <= parting.until))),
    rollsOut: () => isKept && edit !== 'none',
    hasReplaced: destination => destination === 'cart-svc/' && (edit === 'free' || (isKept && edit !== 'none')) && isRolling(),
    hasMisled: destination => clock.now() <= misledUntil[isCanary(destination) ? 'canary' : 'stable'],
    hasOpened: destination => destination === 'cart-svc/' && clock.now() <= openUntil,
    hasJustTurned: () => clock.now() <= turnedAt + decided,
    hasUnnamed: destination => (!destination.endsWith('/') || ofNobody.has(destination)) && clock.now() <= unnamedUntil,
  }
}

/** The workload replaces the pods of this set by those of another template. */
function isRolledOut(set: KubernetesObject, workload: KubernetesObject): boolean {
  return !specOf(workload).paused && (hasColour(set) !== hasColour(workload) || imageOf(set) !== imageOf(workload))
}

const hasColour = (workload: KubernetesObject): boolean => JSON.stringify(templateOf(workload)).includes('COLOUR')

const imageOf = (workload: KubernetesObject): string | undefined => templateOf(workload).spec?.containers?.[0]?.image

/** How many pods the load wants, within the autoscaler's bounds. */
function wanted(autoscaler: KubernetesObject | undefined): number | undefined {
  const load = autoscaler?.metadata.annotations?.['sandbox.sluice.dev/wanted-replicas']
  return autoscaler && load !== undefined ? Math.max(floorOf(autoscaler), Number(load)) : undefined
}
