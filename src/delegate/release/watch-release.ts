import { objectName } from '#base/index.ts'
import {
  canaryName,
  HASH,
  isBare,
  isReached,
  isReady,
  endedIn,
  isRestored,
  releaseFailures,
  shareOf,
  TRACK,
  type Observed,
  type Release,
  type Run,
  type Snapshot,
  type View,
} from '#model/release/index.ts'
import type { Drift } from '#model/drift/index.ts'
import type { ReleaseContext } from './context.ts'
import { drifted, type Drifted } from './drifted.ts'
import { followStable } from './follow.ts'
import { pinnedView } from './pinned-view.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import { splitIn } from './share-history.ts'
import { stageLost, type StageLost } from './stage-lost.ts'
import type { ReleaseSurroundings } from './surroundings.ts'
import { nextWake } from './wake.ts'
import { newPlainWatch, type PodsLost } from './watch-plain.ts'

/** Why users are in danger while nobody moves anything. */
export interface Danger {
  readonly drift?: Drift[]
  readonly found: 'sideLost' | 'foreignEdit' | 'imagesDiffer'
  readonly side?: 'stable' | 'canary'
  readonly says: string
}

/** The canary has been given pods, as stable has been scaled. */
export interface Followed {
  readonly drift?: never
  readonly found: 'followed'
  readonly says: string
}

/** What a watch ends with: users in danger, somebody else's write, or what it has done about stable's size. */
export type Finding = Danger | PodsLost | StageLost | Drifted | Followed

export interface WatchRelease {
  readonly release: Release
  readonly snapshot: Snapshot
  /** Whose conflicting writes were told before. */
  readonly before?: readonly string[]
  /** The number of canary pods is the user's: it does not follow stable's. */
  readonly fixed?: boolean
  /** Steps of the workflow apply objects, which may lead users where the release's own route does not. */
  readonly applies?: boolean
}

/** A watch changes nothing, so the number of its goal is the lowest there is: nothing that it reads can be ahead of it. */
const NO_GOAL = Number.MAX_SAFE_INTEGER

/**
 * Stands while a route is split: ends as soon as a side with weight has no ready pod or runs images that nobody has looked at, or somebody else
 * writes to what the run wrote (whose weights are put back once), or stable has been scaled and the canary with it. For a plain release it stands
 * behind its roll: ends when a workload has lost all its pods. Only watches, no polling.
 */
export async function watchRelease(
  input: WatchRelease,
  context: ReleaseContext,
  surroundings: ReleaseSurroundings,
  sessions: Sessions,
): Promise<Finding> {
  const session = await sessions.open(input.release, input.snapshot, context)
  const run: Run = { ...session.run, number: NO_GOAL }
  const letGo = session.traffic.hold()
  const look = run.release.plain === undefined ? routesWatch(session, run, input) : newPlainWatch(session, run, context, surroundings)
  try {
    return await untilFound(session, run, look, context, surroundings)
  } finally {
    letGo()
  }
}

/** One look; `nextLookIn`: in how many milliseconds another may find more though nothing has changed. */
type Look = (signal: AbortSignal, now: string) => Promise<{ readonly found?: Finding; readonly nextLookIn: number }>

async function untilFound(
  session: Session,
  run: Run,
  look: Look,
  { signal }: ReleaseContext,
  { clock }: ReleaseSurroundings,
): Promise<Finding> {
  for (;;) {
    signal.throwIfAborted()
    const wake = nextWake(session.observer, clock)
    try {
      await session.fence.hold(false, signal)
      stopWhereOver(session, run)
      const { found, nextLookIn } = await look(signal, new Date(clock.now()).toISOString())
      // What is found may be the end of the release by other hands: a record that is not what it was is looked at again first.
      if (found && !(await session.fence.isCurrent(signal))) continue
      if (found) return found
      await wake.wait(nextLookIn, signal)
    } finally {
      wake.stop()
    }
  }
}

function routesWatch(session: Session, run: Run, { before = [], fixed = false, applies = false }: WatchRelease): Look {
  const find = async (signal: AbortSignal, now: string): Promise<Finding | undefined> => {
    const first = danger(session.observer.current(), run)
    if (first?.found === 'imagesDiffer') return first
    const lost = applies && first?.found !== 'sideLost' ? await stageLost(session, run, signal) : undefined
    if (lost) return lost
    const others = await drifted({ session, run, before, seen: noMesh, signal })
    const found = others ? afterOthers(others, session, run) : first
    if (found) return found
    const says = fixed ? undefined : await followStable(session, run, noMesh, now, signal)
    return says === undefined ? undefined : { found: 'followed', says }
  }
  return async (signal, now) => {
    session.traffic.found(splitIn(pinnedView(session.observer.current(), noMesh, run)))
    const found = await find(signal, now)
    return { ...(found ? { found } : {}), nextLookIn: Infinity }
  }
}

/** What others have done, and the danger to users that is left when what can be put right has been. */
function afterOthers(others: Drifted, { observer }: Session, run: Run): Finding {
  const unsafe = danger(observer.current(), run)
  return unsafe ? { ...unsafe, drift: others.drift } : others
}

/** Nothing of the mesh is needed to see that a side has lost its pods. */
const unasked = { reached: 'none', says: '', acknowledged: 0, expected: 0, missing: [] } as const
const noMesh = {
  route: unasked,
  sides: unasked,
  endpoints: { known: [], listed: [], complete: false, says: '' },
  drained: false,
  applied: new Set<string>(),
  failing: {},
}

/** A process that was not there when the release was restored, or let go, has no mark to miss: the record, read as it began, says so. */
function stopWhereOver({ observer }: Session, { release }: Run): void {
  const { name, execution } = release
  const { record } = observer.current()
  if (isRestored(record, execution)) throw releaseFailures.RESTORED({ release: name, keepEdit: true })
  if (endedIn(record).includes(execution)) throw releaseFailures.OVER({ release: name, execution })
}

function danger(observed: Observed, run: Run): Danger | undefined {
  const view = pinnedView(observed, noMesh, run)
  if (isBare(view)) return undefined
  const lost = sideLost(observed, view, run)
  if (lost) return lost
  if (view.canary.mixedImages && view.canary.version.next && isReached(view)) {
    const about = objectName({
      kind: 'Deployment',
      metadata: { name: canaryName(run.snapshot.names.workload), namespace: run.release.namespace },
    })
    return {
      found: 'imagesDiffer',
      side: 'canary',
      says: `${about}: a new pod has another image than its first ones: the tag was pushed again`,
    }
  }
  if (!view.stable.version.before && !view.stable.version.next)
    return {
      found: 'foreignEdit',
      says: `Deployment ${run.release.namespace}/${run.snapshot.names.workload}: somebody edited its pod template`,
    }
  return undefined
}

/** A side that has requests and no pod to serve them, or no name by which they are led to it. */
function sideLost(observed: Observed, view: View, run: Run): Danger | undefined {
  for (const side of ['canary', 'stable'] as const) {
    const weight = Math.max(...view.routes.map(route => (route.is === 'split' ? shareOf(side, route) : 0)))
    const told = side === 'canary' && view.apart.stands
    if (weight === 0 && !told) continue
    // Where sides are Services, the stable one is the user's own.
    const isNamed = view.sides.named || (side === 'stable' && run.snapshot.names.services !== undefined)
    if (!isNamed) return { found: 'sideLost', side, says: `${takes(side, weight)}, and somebody has changed ${view.sides.says}` }
    if (readyPods(side, observed, view) === 0) return { found: 'sideLost', side, says: `${takes(side, weight)} and no ready pod left` }
  }
  return undefined
}

function takes(side: 'stable' | 'canary', weight: number): string {
  return `${side} has ${weight > 0 ? `${weight} % of the requests` : 'the requests that are told apart'}`
}

function readyPods(side: 'stable' | 'canary', { pods }: Observed, view: View): number {
  const mine = side === 'canary' ? ['canary', TRACK] : [view.stable.subset.hash, HASH]
  const [value, label] = mine as [string | undefined, string]
  return pods.filter(
    pod => pod.metadata.labels?.[label] === value && isReady(pod) && (side === 'canary' || pod.metadata.labels?.[TRACK] === undefined),
  ).length
}
