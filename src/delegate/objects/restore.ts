import { objectsOf, refOf, type Objects } from '#delegate/kubernetes/index.ts'
import { reachGoal, type ReachGoal, type ReleaseContext, type ReleaseSurroundings, type Sessions } from '#delegate/release/index.ts'
import {
  appliedRoutes,
  canaryName,
  drainedLonger,
  endedIn,
  holderOf,
  isFreeLease,
  isLeftBehind,
  isOutage,
  isRestored,
  leasesOf,
  markOf,
  readRecord,
  recordedSteps,
  recordName,
  RESTORED,
  restoredText,
  RUN_MANAGER,
  type Release,
  type Snapshot,
  type StepBefore,
} from '#model/release/index.ts'
import type { Reached } from '#protocol/index.ts'
import { Failure, objectName, sleep, toFailureRecord, type JsonPatch, type KubernetesObject } from '#base/index.ts'
import { giveBackObjects } from './give-back.ts'

/** What the record of a release in the cluster holds. */
export interface Recorded {
  readonly release: Release
  readonly snapshot: Snapshot
  /** What steps have changed beside the traffic, in their order. */
  readonly beside: readonly StepBefore[]
  readonly record: KubernetesObject
}

/** Undefined where it is no record that this version can read. */
export function recordedIn(record: KubernetesObject): Recorded | undefined {
  const read = readRecord(record)
  return read && { ...read, record, beside: recordedSteps(record, read.release.execution) }
}

/** How a restore ended. `kept`: somebody's edit of a workload that it has left as it is, as a sentence; it rolls out now. */
export type Restored = Reached & { readonly kept?: string }

/** A number that no goal of a run reaches by itself: whatever is still writing for the old execution is fenced off. */
const BEYOND = 1_000_000

/**
 * The way back from a record alone: routes that steps applied, as they may lead users to the new pods, then the release, then what steps have
 * changed beside the traffic, the last step first. Undefined where the run
 * is over: it has left neither Lease nor mark, and nothing to give back, and its record must not take a healthy release back. A newer run that
 * has taken the Leases and not written its own record yet has changed nothing: then too the record is of a run that is over.
 * It asks nobody: a template that somebody has edited is left as it is, and told. What late requests of runs that are over have left behind is
 * taken away first; a run that has ended by itself is let go to its end, and not taken back.
 */
export async function restoreRelease(
  { release, snapshot, beside, record }: Recorded,
  now: boolean,
  context: ReleaseContext,
  surroundings: ReleaseSurroundings,
  sessions: Sessions,
): Promise<Restored | undefined> {
  const { namespace } = release
  const objects = objectsOf(await surroundings.cluster(release.cluster), surroundings)
  const { signal } = context
  const swept = await sweep({ release, snapshot, record }, objects, signal)
  const lease = (name: string) => objects.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name }, signal)
  const [routes, leases] = await Promise.all([
    Promise.all(snapshot.names.routes.map(route => objects.get({ ...route, namespace }, signal))),
    Promise.all(leasesOf({ release, snapshot }).map(lease)),
  ])
  const marks = routes.flatMap(route => markOf(route) ?? [])
  const holders = [...marks.map(({ execution }) => execution), ...leases.flatMap(each => (each && holderOf(each)) ?? [])]
  if (!holders.includes(release.execution) && (holders.length > 0 || beside.length === 0)) return swept
  const number = Math.max(BEYOND, ...marks.map(mark => mark.number + 1))
  const isEnded = endedIn(record).includes(release.execution) && !isRestored(record, release.execution)
  if (!isEnded) await note(objects, release, surroundings.clock.now(), signal)
  const led = await giveBackRoutes({ release, beside }, context, surroundings)
  const returning = { release: led ? drainedLonger(release) : release, snapshot, goal: { to: 'returned', now }, number } as const
  const reached = isEnded
    ? await reachGoal({ release, snapshot, goal: { to: 'atRest', keepEdit: true }, number }, context, surroundings, sessions)
    : await returnKeeping(returning, context, surroundings, sessions)
  for (const { step, before } of beside.toReversed()) {
    const { says } = await giveBackObjects({ release, before, step }, context, surroundings)
    context.progress({ says })
  }
  return reached
}

/** Leases and objects that late requests of runs which are over have made; undefined where there are none. Each goes only while it is that very one. */
async function sweep(
  { release, snapshot, record }: Pick<Recorded, 'release' | 'snapshot' | 'record'>,
  objects: Objects,
  signal: AbortSignal,
): Promise<Restored | undefined> {
  const { namespace } = release
  const { workload, services } = snapshot.names
  const lease = (name: string) => objects.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name }, signal)
  const [leases, made] = await Promise.all([
    Promise.all(leasesOf({ release, snapshot }).map(lease)),
    Promise.all([
      workload !== '' && objects.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: canaryName(workload) }, signal),
      services && !services.kept && objects.get({ apiVersion: 'v1', kind: 'Service', namespace, name: services.canary }, signal),
    ]),
  ])
  const left = [
    ...leases.flatMap(each => (each && isFreeLease(each, record) ? [each] : [])),
    ...made.flatMap(each => (each && isLeftBehind(each, record) ? [each] : [])),
  ]
  for (const object of left) await objects.remove(refOf(object), { uid: object.metadata.uid ?? '' }, signal)
  if (left.length === 0) return undefined
  const says = `taken away what runs that are over had left behind: ${left.map(objectName).join(', ')}`
  return { is: 'reached', says, writes: left.length, calls: left.length }
}

/**
 * Before the new pods go, for which an outage is waited out: it keeps everything else away too. Whatever else refuses them holds nobody up, and
 * is given back with the rest. Tells whether there were any.
 */
async function giveBackRoutes(
  { release, beside }: Pick<Recorded, 'release' | 'beside'>,
  context: ReleaseContext,
  surroundings: ReleaseSurroundings,
): Promise<boolean> {
  const routes = beside.toReversed().flatMap(({ before }) => {
    const led = appliedRoutes(before)
    return led.length > 0 ? [led] : []
  })
  for (const before of routes)
    while ((await giveBackOnce({ release, before }, context, surroundings)) === 'outage')
      await sleep(surroundings.clock, tryAgain, context.signal)
  return routes.length > 0
}

/** Milliseconds until routes are tried again in an outage. */
const tryAgain = 2000

async function giveBackOnce(
  routes: Parameters<typeof giveBackObjects>[0],
  context: ReleaseContext,
  surroundings: ReleaseSurroundings,
): Promise<'outage' | undefined> {
  try {
    const { says } = await giveBackObjects(routes, context, surroundings)
    context.progress({ says })
    return undefined
  } catch (error) {
    context.signal.throwIfAborted()
    const failure = toFailureRecord(error)
    context.progress({ says: failure.message })
    return isOutage(failure) ? 'outage' : undefined
  }
}

/** Where the delegate would ask about somebody's edit, users are safe already: the edit is kept, and everything else is given back. */
async function returnKeeping(
  { goal, number, ...release }: ReachGoal & { readonly goal: { readonly to: 'returned' } },
  ...surroundings: [ReleaseContext, ReleaseSurroundings, Sessions]
): Promise<Restored> {
  const { reached: first, number: reachedBy } = await reachWithOthers({ ...release, goal, number }, ...surroundings)
  if (first.is === 'reached') return first
  const keeping = { ...release, goal: { ...goal, keepEdit: true }, number: reachedBy + 1 }
  const { reached } = await reachWithOthers(keeping, ...surroundings)
  return { ...reached, writes: first.writes + reached.writes, calls: first.calls + reached.calls, kept: first.question }
}

/**
 * Several people may restore at once, and want the same: whoever is overtaken goes on under the number of the other one, so that none stops
 * another for good, and the release comes back when any of them lives on. Tells the number under which it was reached.
 */
async function reachWithOthers(
  wanted: ReachGoal,
  ...surroundings: [ReleaseContext, ReleaseSurroundings, Sessions]
): Promise<{ readonly reached: Reached; readonly number: number }> {
  let { number } = wanted
  for (;;) {
    try {
      return { reached: await reachGoal({ ...wanted, number }, ...surroundings), number }
    } catch (error) {
      const other = error instanceof Failure && error.code === 'SL-RELEASE-FENCED' ? error.facts['number'] : undefined
      if (typeof other !== 'number') throw error
      number = other
    }
  }
}

/** Says in the record that the run was taken back: its host may come back, and must not go forward again. */
async function note(objects: Objects, { execution, namespace, name }: Release, now: number, signal: AbortSignal): Promise<void> {
  const record = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: recordName(name) }
  const restored: JsonPatch = [{ op: 'add', path: `/data/${RESTORED}`, value: restoredText(execution, new Date(now).toISOString()) }]
  await objects.patch(record, restored, { fieldManager: RUN_MANAGER }, signal)
}
