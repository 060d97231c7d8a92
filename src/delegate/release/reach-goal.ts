import { Failure, objectName, sleep } from '#base/index.ts'
import { backoff, type Counts } from '#delegate/kubernetes/index.ts'
import {
  floorKind,
  leaseObject,
  leasesOf,
  markOf,
  recordName,
  recordObject,
  releaseFailures,
  rollsPods,
  shareOf,
  writeFor,
  type Change,
  type Goal,
  type Observed,
  type Run,
  type Snapshot,
  type Release,
  type View,
} from '#model/release/index.ts'
import type { Progress, Reached } from '#protocol/index.ts'
import type { ReleaseContext } from './context.ts'
import { newDecider } from './decider.ts'
import { newLoopMemory } from './loop-memory.ts'
import { newPruning } from './pruning.ts'
import { perform } from './perform.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import { newShareHistory, splitIn } from './share-history.ts'
import { teller } from './teller.ts'
import type { ReleaseSurroundings } from './surroundings.ts'
import { nextWake } from './wake.ts'

export interface ReachGoal {
  readonly release: Release
  readonly snapshot: Snapshot
  readonly goal: Goal
  readonly number: number
}

/** First and longest wait (milliseconds) after the cluster did not answer, or, on the way back, after it refused. */
const delays = { first: 200, most: 10_000 }

/**
 * The only loop that writes routes: looks at what is, decides by the protocol, makes one write, looks again, until the goal is reached.
 * It remembers nothing that it needs: a killed loop is simply begun again.
 */
export async function reachGoal(
  input: ReachGoal,
  context: ReleaseContext,
  surroundings: ReleaseSurroundings,
  sessions: Sessions,
): Promise<Reached> {
  const delay = backoff(delays, surroundings.random)
  for (;;) {
    try {
      const session = await sessions.open(input.release, input.snapshot, context)
      await session.keepPace(input.release, context.signal)
      const loop = newLoop(input, session, context, surroundings)
      const letGo = session.traffic.hold()
      const reached = await loop.run().finally(letGo)
      if (isLast(input.goal)) sessions.finish(input.release)
      return reached
    } catch (error) {
      context.signal.throwIfAborted()
      if (!(error instanceof Failure) || !mayTryAgain(error, input.goal)) throw error
      sessions.end(input.release)
      context.progress({ says: `${error.message} (trying again)` })
      await sleep(surroundings.clock, delay.next(), context.signal)
    }
  }
}

/** Whether requests may meet something else behind a write of routes. */
function movesTraffic({ change }: Change): boolean {
  return change === 'split' || change === 'unsplit' || change === 'apart'
}

/** The last goal of a run waits for the last count. */
async function countedIn({ traffic }: Session, goal: Goal): Promise<Pick<Reached, 'traffic'>> {
  if (isLast(goal)) await traffic.finish()
  const counted = traffic.take()
  return counted ? { traffic: counted } : {}
}

/** Behind these the execution lets the release go. */
function isLast({ to }: Goal): boolean {
  return to === 'atRest' || to === 'returned'
}

/** Keeps what is split, for the report; a workflow beside the protocol splits nothing. */
function noteSplit({ release }: Run, view: View, shares: ReturnType<typeof newShareHistory>, { traffic }: Session): void {
  if (release.plain !== undefined) return
  shares.note(view)
  traffic.saw(splitIn(view))
}

/**
 * Whether the end of a run is not what this session believes: a write that was under way when its goal was cut off may have landed after the
 * session had read what no watch shows it (Leases, the autoscaler, on the way back the manifests' objects). At the end of the way forward it
 * is the record: somebody may have restored the release while this process stood still.
 */
async function hasMoved(goal: Goal, run: Run, { observer }: Session, signal: AbortSignal): Promise<boolean> {
  if (!isLast(goal)) return false
  const { autoscaler, manifests } = run.snapshot
  const { namespace } = run.release
  const named = [
    ...leasesOf(run).map(name => leaseObject(name, run, '')),
    ...(goal.to === 'atRest' ? [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: recordName(run.release.name), namespace } }] : []),
    ...(autoscaler
      ? [{ apiVersion: autoscaler.apiVersion, kind: floorKind(autoscaler), metadata: { name: autoscaler.name, namespace } }]
      : []),
    ...(goal.to === 'returned' ? manifests : []).map(({ apiVersion, kind, name, ...each }) => ({
      apiVersion,
      kind,
      metadata: { name, ...(each.namespace === undefined ? {} : { namespace: each.namespace }) },
    })),
  ]
  const before = versionsKept(observer.current())
  await Promise.all(named.map(object => observer.refresh(object, signal)))
  return versionsKept(observer.current()) !== before
}

/** Versions of the objects that are read once and then kept by our own writes. */
function versionsKept({ leases, autoscaler, others, record }: Observed): string {
  return JSON.stringify([...leases, autoscaler, record, ...Object.values(others)].map(object => object?.metadata.resourceVersion))
}

/** Somebody else goes on with the release: waiting changes nothing. */
const overtaken: ReadonlySet<string> = new Set(['SL-RELEASE-FENCED', 'SL-RELEASE-OVER', 'SL-RELEASE-HELD'])

/** A cluster that does not answer is tried until the step's time is over. On the way back a refusal is tried again too: a person may mend it meanwhile. */
function mayTryAgain(error: Failure, goal: Goal): boolean {
  if (overtaken.has(error.code) || error.blame === 'bug') return false
  return goal.to === 'returned' || error.blame === 'world'
}

function newLoop({ goal, number }: ReachGoal, session: Session, context: ReleaseContext, surroundings: ReleaseSurroundings) {
  const run: Run = { ...session.run, number }
  const cost = costSince(session.cluster.counts(), session.cluster)
  const memory = newLoopMemory(run)
  const goingBack = goal.to === 'returned'
  const shares = newShareHistory(surroundings.clock)
  const { signal } = context
  const tell = teller(context, surroundings.clock)
  const decide = newDecider(goal, run)
  const versions = newPruning(goal, run, session.objects)

  async function step(): Promise<Reached | undefined> {
    const wake = nextWake(session.observer, surroundings.clock)
    try {
      await session.fence.hold(goingBack, signal)
      const observed = { ...session.observer.current(), outlived: await versions.outlived(signal) }
      stopAtHigherMark(observed, run)
      const { seen, nextLookIn } = await session.look(observed, goingBack, signal)
      const { move, view } = decide(observed, { ...seen, ...memory.seen })
      noteSplit(run, view, shares, session)
      signal.throwIfAborted()
      switch (move.is) {
        case 'done':
          if (await hasMoved(goal, run, session, signal)) return undefined
          return { is: 'reached', says: saysOf(goal, view, run), ...(await told()) }
        case 'ask':
          return { is: 'asks', question: move.question, answers: [...move.answers], ...(await told()) }
        case 'fail':
          throw new Failure(move.failure)
        case 'wait':
          tell(progressOf(move.for, view, cost()), move.end)
          await wake.wait(nextLookIn, signal)
          return undefined
        case 'write':
          if (await session.fence.confirm(signal)) await make(move, observed, view)
          return undefined
      }
    } finally {
      wake.stop()
    }
  }

  async function make(change: Change, observed: Observed, view: View): Promise<void> {
    const write = writeFor(change, observed, run, { now: new Date(surroundings.clock.now()).toISOString(), goingBack, ...memory.seen })
    tell(progressOf(write.says, view, cost()))
    if (movesTraffic(change)) await session.traffic.beforeMove(!goingBack)
    const performed = await perform(write, session, signal).catch((error: unknown) => memory.passBy(error, change, write))
    if (performed === 'written') memory.wrote(change, write)
    versions.wrote(change)
  }

  const told = async () => ({ ...(await countedIn(session, goal)), ...cost(), shares: shares.all() })

  return {
    async run(): Promise<Reached> {
      // Steps beside the traffic write the record too, outside of this session.
      if (goal.to === 'atRest' && goal.beside) await session.observer.refresh(recordObject(run), signal)
      for (;;) {
        signal.throwIfAborted()
        const reached = await step()
        if (reached) return reached
      }
    },
  }
}

/** Object writes, and all calls to the API server: Leases, record, marks, reads, dry runs and opened watches among the calls only. */
function costSince(from: Counts, cluster: Session['cluster']): () => { writes: number; calls: number } {
  const calls = ({ reads, writes, leases, records, marks, dryRuns, watches }: Counts): number =>
    reads + writes + leases + records + marks + dryRuns + watches
  return () => {
    const to = cluster.counts()
    return { writes: to.writes - from.writes, calls: calls(to) - calls(from) }
  }
}

/** A loop that sees a higher number than its own has been overtaken: by the way back, or by another process. */
function stopAtHigherMark({ routes, rule, stable, canary, others }: Observed, { release, number }: Run): void {
  for (const object of [...routes, rule, stable, canary, ...Object.values(others)]) {
    const mark = markOf(object)
    if (object && mark?.execution === release.execution && mark.number > number)
      throw releaseFailures.FENCED({ object: objectName(object), ...mark })
  }
}

function progressOf(says: string, view: View, cost: { writes: number; calls: number }): Progress {
  const [first] = view.routes
  const weight = (side: 'stable' | 'canary'): number => (first?.is === 'split' ? shareOf(side, first) : 0)
  const split = { stable: weight('stable'), canary: weight('canary'), foreign: 0, acknowledged: view.arrival.route.reached !== 'none' }
  return { says, ...cost, ...(first?.is === 'split' ? { split } : {}) }
}

function apartSays(goal: Extract<Goal, { to: 'headerRoute' | 'mirror' }>): string {
  if (goal.to === 'headerRoute') return `header route ${goal.name} ${goal.match.length > 0 ? 'declared' : 'taken away'}`
  return goal.percent > 0 ? `mirror of ${goal.percent} % declared` : 'mirror taken away'
}

function saysOf(goal: Goal, view: View, { snapshot: { first, manifests }, release }: Run): string {
  if (release.plain !== undefined && goal.to === 'promoted') return plainText(manifests)
  if (first && !['promoted', 'atRest', 'returned'].includes(goal.to)) return 'a first deployment has no traffic to move'
  return reachedText(goal, view)
}

function reachedText(goal: Goal, view: View): string {
  const { stable, canary, arrival } = view
  switch (goal.to) {
    case 'pinned':
      return `route pinned to stable, ${arrival.route.says}`
    case 'prepared':
      return `${canary.known} of ${canary.replicas} canary pods ready and reachable`
    case 'split':
      return `declared, ${arrival.route.says}`
    case 'headerRoute':
    case 'mirror':
      return `${apartSays(goal)}, ${arrival.route.says}`
    case 'promoted':
      return `${stable.ready} of ${stable.replicas} pods on the new version`
    case 'canaryRemoved':
      return 'canary drained and removed, route as at rest'
    case 'atRest':
      return 'at rest: nothing of the run is left'
    case 'returned':
      return returnedText(goal, view)
  }
}

/** An edit of the stable workload that somebody keeps rolls out, and so does one behind the end: then users do not stay on the former version. */
function returnedText({ keepEdit }: Extract<Goal, { to: 'returned' }>, { stable: { version }, over }: View): string {
  return (keepEdit || over) && !version.before && !version.next
    ? "everybody is taken back, somebody's edit of the workload stays and rolls out, nothing of the run is left"
    : 'everybody is back on the former version, nothing of the run is left'
}

function plainText(manifests: Snapshot['manifests']): string {
  if (manifests.length === 0) return 'everything is as in the manifests already'
  const workloads = manifests.filter(rollsPods).map(({ kind, name }) => `${kind} ${name}`)
  const ready = workloads.length === 0 ? '' : `, ${workloads.join(', ')} ready`
  return `${manifests.length === 1 ? '1 object' : `${manifests.length} objects`} as in the manifests${ready}`
}
