import type { KubernetesObject } from '#base/index.ts'
import { isReady, markOf } from '#model/release/index.ts'
import { shop } from './application.ts'
import type { Fault } from './faults.ts'
import { imageVersion } from './pods.ts'
import type { Run } from './run.ts'
import type { Split } from './splits.ts'
import type { World } from './world.ts'

/** What is looked at while a run goes on, beside its requests. */
export interface Watched {
  readonly world: World
  readonly faults: readonly Fault[]
  /** Bounds, in milliseconds, of what the mesh and the delegate need to be sure of a change. */
  readonly settles: number
  /** Stable's pods at the beginning. */
  readonly replicas: number
  /** The number of canary pods is the user's: it may carry more than it was made for. */
  readonly fixed: boolean
  /** An ordinary rolling update of a bare route: shares mean little meanwhile. */
  readonly resets: boolean
  runs(): readonly Run[]
  declared(): Split | undefined
  violation(text: string): void
}

/** Troubles in spite of which everybody is back in time: the others may stand between the delegate and the cluster. */
const outOfTheWay: ReadonlySet<Fault['is']> = new Set([
  'propagation',
  'abort',
  'reject',
  'slowPods',
  'badVersion',
  'watchDropped',
  'watchDoubled',
  'autoscaler',
  'load',
])
/** Troubles that move shares by themselves. */
const moving: ReadonlySet<Fault['is']> = new Set(['edit', 'podGone', 'restore', 'supersede', 'autoscaler'])

const fenced = [
  'virtualservices.networking.istio.io',
  'httproutes.gateway.networking.k8s.io',
  'destinationrules.networking.istio.io',
  'deployments.apps',
  'services',
]

export interface Invariants {
  /** After every event. */
  look(): void
  /** After every write of the run that was taken. */
  written(what: string): void
}

/**
 * 1. The number of a goal on an object only rises: two loops never write by turns.
 * 2. Going forward the new version's share never falls, going back the old one's never does.
 * 3. The old version has everybody again soon after the way back began, while its pods are there.
 * 4. Nothing is written for a run that is over.
 * 5. A side gets weight after the pods that it needs.
 */
export function newInvariants(watched: Watched): Invariants {
  const { world, faults, violation } = watched
  const marks = new Map<string, { readonly execution: string; readonly number: number }>()
  for (const resource of fenced)
    world.sandbox.apiServer.objects.subscribe(resource, ({ type, object }) => {
      if (type !== 'DELETED') checkMark(marks, object, violation)
    })
  const still = faults.some(({ is }) => moving.has(is)) || watched.resets
  let last: Split | undefined
  let timed = false
  return {
    look() {
      const [run] = watched.runs()
      const split = watched.declared()
      if (!run || !split) return
      if (split !== last && !still) {
        checkShares(last, split, run.isGoingBack(), violation)
        if (!run.isGoingBack() && !watched.fixed) checkCapacity(world, watched.replicas, last, split, violation)
      }
      last = split
      if (timed || !run.isGoingBack() || watched.resets || faults.some(({ is }) => !outOfTheWay.has(is))) return
      timed = true
      if (podsOf(world, '1.0.0') < watched.replicas) return
      world.clock.after(watched.settles, () => {
        const now = watched.declared()
        const share = now ? shareOf(now, '1.0.0') : 1
        if (share < 1)
          violation(`way back late: ${Math.round(share * 100)} % are on the old version ${watched.settles / 1000} s after it began`)
      })
    },
    written(what) {
      if (watched.runs().length > 0 && watched.runs().every(run => run.isOver())) violation(`a write after the end: ${what}`)
    },
  }
}

function checkMark(
  marks: Map<string, { readonly execution: string; readonly number: number }>,
  object: KubernetesObject,
  violation: (text: string) => void,
): void {
  const mark = markOf(object)
  const key = `${object.kind} ${object.metadata.name}`
  const before = marks.get(key)
  // A mark that is taken away is the end of that run: whatever comes later begins anew.
  if (mark) marks.set(key, mark)
  else marks.delete(key)
  if (mark && before?.execution === mark.execution && mark.number < before.number)
    violation(`fence: ${key} was written by goal ${before.number}, and by goal ${mark.number} after that`)
}

function checkShares(last: Split | undefined, now: Split, goingBack: boolean, violation: (text: string) => void): void {
  if (!last) return
  const version = goingBack ? '1.0.0' : '2.0.0'
  const [before, after] = [shareOf(last, version), shareOf(now, version)]
  if (after < before - 1e-9)
    violation(
      `shares: ${goingBack ? 'going back' : 'going forward'}, version ${version} falls from ${Math.round(before * 100)} % to ${Math.round(after * 100)} %`,
    )
}

/** Weight comes after the pods that it needs: as many as stable had for that share. */
function checkCapacity({ sandbox }: World, replicas: number, last: Split | undefined, now: Split, violation: (text: string) => void): void {
  for (const [destination, share] of now.shares) {
    if (share <= (last?.shares.get(destination) ?? 0)) continue
    const versions = now.versions.get(destination) ?? new Set()
    const ready = sandbox.apiServer.objects
      .list('pods', shop)
      .filter(pod => versions.has(imageVersion(sandbox, pod.metadata.name)) && isReady(pod)).length
    const needed = Math.ceil(share * replicas - 1e-9)
    if (ready < needed) violation(`capacity: ${destination} was given ${Math.round(share * 100)} % with ${ready} of ${needed} pods ready`)
  }
}

/** What a version has for certain. */
function shareOf({ shares, versions }: Split, version: string): number {
  return [...shares].reduce((sum, [key, share]) => {
    const meant = versions.get(key)
    return meant?.size === 1 && meant.has(version) ? sum + share : sum
  }, 0)
}

function podsOf({ sandbox }: World, version: string): number {
  return sandbox.apiServer.objects
    .list('pods', shop)
    .filter(pod => !pod.metadata.deletionTimestamp && imageVersion(sandbox, pod.metadata.name) === version).length
}
