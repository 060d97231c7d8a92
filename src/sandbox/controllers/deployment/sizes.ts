import { proportional, replicasOf, type Fenceposts } from './fenceposts.ts'
import type { ReplicaSet } from '../shapes.ts'

/** The ReplicaSets of a Deployment: the one of the present template, if there is one, and all others, oldest first. */
export interface Generations {
  readonly current: ReplicaSet | undefined
  readonly old: readonly ReplicaSet[]
}

/** The wanted number of pods of one ReplicaSet. */
export interface Resize {
  readonly of: ReplicaSet
  readonly to: number
}

/** Annotation of a ReplicaSet: its Deployment's replicas when it was last sized. */
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas'
/** Annotation of a ReplicaSet: its Deployment's replicas and surge when it was last sized. */
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas'

export function totalWanted(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + replicasOf(set), 0)
}

export function totalAvailable(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + (set.status?.availableReplicas ?? 0), 0)
}

export function allOf({ current, old }: Generations): readonly ReplicaSet[] {
  return current ? [...old, current] : old
}

/** The number of pods that the ReplicaSet of a new template may have now. */
export function roomForCurrent(wanted: number, { surge }: Fenceposts, { current, old }: Generations): number {
  const now = current ? replicasOf(current) : 0
  if (now > wanted) return wanted
  const room = wanted + surge - totalWanted(old) - now
  return now + Math.max(0, Math.min(room, wanted - now))
}

/** One step down of the old ReplicaSets in a rolling update: first pods that are not available anyway, then as many as may be missing. */
export function shrinkOld(wanted: number, { unavailable }: Fenceposts, generations: Generations): readonly Resize[] {
  const { current, old } = generations
  const least = wanted - unavailable
  const notYet = current ? replicasOf(current) - (current.status?.availableReplicas ?? 0) : 0
  const most = totalWanted(allOf(generations)) - least - notYet
  if (most <= 0) return []
  const sizes = new Map(old.map(set => [set, replicasOf(set)]))
  let left = most
  for (const set of old) {
    const unhealthy = Math.min(left, replicasOf(set) - (set.status?.availableReplicas ?? 0))
    if (unhealthy > 0) left -= take(sizes, set, unhealthy)
  }
  let spare = totalAvailable(allOf(generations)) - least
  for (const set of old) if (spare > 0) spare -= take(sizes, set, spare)
  return changed(sizes)
}

function take(sizes: Map<ReplicaSet, number>, set: ReplicaSet, wanted: number): number {
  const size = sizes.get(set) ?? 0
  const taken = Math.min(size, wanted)
  sizes.set(set, size - taken)
  return taken
}

function changed(sizes: ReadonlyMap<ReplicaSet, number>): readonly Resize[] {
  return [...sizes].filter(([set, to]) => to !== replicasOf(set)).map(([of, to]) => ({ of, to }))
}

/** Whether the Deployment was resized since its ReplicaSets were. */
export function isResized(wanted: number, generations: Generations): boolean {
  return allOf(generations).some(set => {
    const desired = set.metadata.annotations?.[desiredAnnotation]
    return replicasOf(set) > 0 && desired !== undefined && Number(desired) !== wanted
  })
}

/** What a resize means for the ReplicaSets: one of them takes it, or in mid-roll all in proportion. */
export function resized(wanted: number, { surge }: Fenceposts, generations: Generations, rolling: boolean): readonly Resize[] {
  const { current, old } = generations
  const one = onlyOne(generations)
  if (one) return replicasOf(one) === wanted ? [] : [{ of: one, to: wanted }]
  if (current && replicasOf(current) === wanted && (current.status?.availableReplicas ?? 0) === wanted)
    return old.filter(set => replicasOf(set) > 0).map(of => ({ of, to: 0 }))
  return rolling ? inProportion(wanted, surge, generations) : []
}

function onlyOne({ current, old }: Generations): ReplicaSet | undefined {
  const active = allOf({ current, old }).filter(set => replicasOf(set) > 0)
  if (active.length > 1) return undefined
  return active[0] ?? current ?? old.at(-1)
}

function inProportion(wanted: number, surge: number, generations: Generations): readonly Resize[] {
  const active = allOf(generations).filter(set => replicasOf(set) > 0)
  const allowed = wanted > 0 ? wanted + surge : 0
  const toAdd = allowed - totalWanted(active)
  const newestFirst = toAdd > 0
  const bySize = (newestFirst ? active.toReversed() : [...active]).toSorted((a, b) => replicasOf(b) - replicasOf(a))
  const before = Number(bySize[0]?.metadata.annotations?.[maxAnnotation] ?? wanted) || wanted
  const sizes = proportional(bySize.map(replicasOf), { from: before, to: allowed }, toAdd)
  return bySize.flatMap((of, index) => (sizes[index] === replicasOf(of) ? [] : [{ of, to: sizes[index] ?? 0 }]))
}
