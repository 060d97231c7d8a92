import type { KubernetesObject } from '#base/index.ts'
import type { JournalEvent } from '#control-plane/engine/index.ts'
import type { ApiRequest, ApiResponse } from '#delegate/kubernetes/index.ts'
import { endedIn, isReady, markOf, TRACK } from '#model/release/index.ts'
import { shop } from './application.ts'
import type { Door } from './doors.ts'
import type { Fault } from './faults.ts'
import { sentLine, type Comparison, type Line } from './planned.ts'
import { imageVersion } from './pods.ts'
import type { Run } from './run.ts'
import type { Split } from './splits.ts'
import { fenced, newWritten, type GivenGoal, type Written } from './written.ts'
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
  /** A Service changes its colour under weight: whoever has not heard of it yet sends to pods of the other one, which are there. */
  readonly flips: boolean
  runs(): readonly Run[]
  /** A person has said that somebody's edit rolls out: the old version has everybody only until it does. */
  rollsOut(): boolean
  declared(): Split | undefined
  /** All proxies that users come in by. */
  doors(): readonly Door[]
  /** Its objects are manifests like any other: forward writes of them carry no mark. */
  isUnmarked(plural: string): boolean
  /** What was planned is held against what is written; until there is a plan nothing is. */
  comparison(): Comparison | undefined
  /** A gateway that does not send by what is declared now. */
  behind(): string | undefined
  /** A write that landed long after it was sent. */
  hasLandedLate(request: ApiRequest): boolean
  /** The check of an execution that has not found its version good. */
  check(execution: string): string | undefined
  /** A create that landed when its run was over: nothing can fence it. What it has made is the next run's to take away. */
  createdTooLate(): void
  violation(text: string): void
}

/** Troubles in spite of which everybody is back in time: the others may stand between the delegate and the cluster. */
const outOfTheWay: ReadonlySet<Fault['is']> = new Set([
  'propagation',
  'slowEndpoints',
  'brokenRoute',
  'abort',
  'reject',
  'slowPods',
  'badVersion',
  'failing',
  'watchDropped',
  'watchDoubled',
  'proxyGone',
  'autoscaler',
  'load',
])
/** Edits that neither move shares nor take pods away while the run holds the release. */
const besideTraffic: ReadonlySet<string> = new Set(['timeout', 'policy', 'template'])

/** Nothing stands between the delegate and the cluster: what somebody edits, it sees at once. */
export function isClear(faults: readonly Fault[]): boolean {
  return faults.every(({ is }) => is === 'edit' || (outOfTheWay.has(is) && is !== 'watchDropped'))
}

function isInTheWay(fault: Fault): boolean {
  return fault.is === 'edit' ? !besideTraffic.has(fault.of) : !outOfTheWay.has(fault.is)
}

/** Troubles that move shares by themselves. */
const moving: ReadonlySet<Fault['is']> = new Set(['edit', 'podGone', 'restore', 'sleep', 'supersede', 'autoscaler'])

export interface Invariants {
  /** After every event. */
  look(): void
  /** After every write of the run that was taken. */
  written(request: ApiRequest, answer: ApiResponse): void
  /** A process has taken a task. */
  readonly given: Written['given']
  /** The journal of an execution has grown. */
  told(execution: string, event: JournalEvent): void
}

/**
 * 1. The number of a goal on an object only rises: two loops never write by turns.
 * 2. Going forward the new version's share never falls, going back the old one's never does.
 * 3. The old version has everybody again soon after the way back began, while its pods are there.
 * 4. Nothing is written for a run that is over.
 * 5. A side gets weight after the pods that it needs, and after every gateway knows them.
 * 6. A split that people are told of as reached is what every gateway has.
 * 7. Nobody is given to a version that a check has not found good (`checks.ts`).
 * 8. The journal explains every write (`written.ts`), and the plan equals what was written (`planned.ts`).
 */
export function newInvariants(watched: Watched): Invariants {
  const { world, faults, violation } = watched
  const marks = new Map<string, { readonly execution: string; readonly number: number }>()
  for (const resource of fenced)
    world.sandbox.apiServer.objects.subscribe(resource, ({ type, object }) => {
      // A create has nothing to test: one that was sent before may land behind the end of what it made.
      if (type === 'DELETED') marks.delete(`${object.kind} ${object.metadata.name}`)
      else checkMark(marks, object, violation)
    })
  const moves = faults.some(({ is }) => moving.has(is)) || watched.resets
  // Each run has shares of its own.
  const isFree = (): boolean => moves || watched.runs().length > 1
  let last: Split | undefined
  let timed = false
  let landedTooLate = false
  const written = newWritten(watched)
  const atAnyPrice = watched.fixed || faults.some(fault => fault.is === 'abort' && fault.now)
  const mayBeLate = watched.resets || faults.some(isInTheWay)
  // The plan is that of the first run: one that takes its place meets another world.
  const compare = (lines: readonly Line[], goal: GivenGoal | undefined): void => {
    if (goal?.execution === watched.runs()[0]?.id) watched.comparison()?.sent(lines, goal)
  }
  const [away, wandering] = [unseen(faults), isWandering(faults)]
  return {
    given: written.given,
    told(execution, event) {
      if (away || wandering || event.kind !== 'succeeded') return
      const [run] = watched.runs()
      const given = written.goalOf(execution, event.name)
      if (given && isDeclared(given, event) && run?.id === execution && !run.isGoingBack()) checkArrived(given, watched.behind(), violation)
    },
    look() {
      const [run] = watched.runs()
      const split = watched.declared()
      if (!run || !split) return
      if (split !== last && !isFree()) {
        checkShares(last, split, run.isGoingBack(), violation)
        checkFound(last, split, watched.check(run.id), violation)
        if (!(run.isGoingBack() ? atAnyPrice : watched.fixed)) checkCapacity(watched, last, split)
      }
      last = split
      if (timed || mayBeLate || !run.isGoingBack()) return
      timed = true
      if (podsOf(world, '1.0.0') < watched.replicas || isMixed(world)) return
      world.clock.after(watched.settles, () => {
        const now = watched.declared()
        const share = now ? shareOf(now, '1.0.0') : 1
        if (share < 1 && !watched.rollsOut())
          violation(`way back late: ${Math.round(share * 100)} % are on the old version ${watched.settles / 1000} s after it began`)
      })
    },
    written(request, answer) {
      const over = watched.runs().length > 0 && watched.runs().every(run => run.isOver())
      // With several runs it may be of the one that is over; and the cluster knows of the end before the journal does.
      const tooLate =
        request.method === 'POST' && watched.hasLandedLate(request) && watched.runs().some(run => run.isOver() || hasEnded(world, run))
      if (tooLate) watched.createdTooLate()
      landedTooLate ||= tooLate
      // A process that had stood still may take away what has landed, while nobody has the release.
      if (over && landedTooLate) return
      if (over) violation(`a write after the end: ${request.method} ${request.path}`)
      else compare(sentLine(request, answer), written.took(request, answer))
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

function checkFound(last: Split | undefined, now: Split, check: string | undefined, violation: (text: string) => void): void {
  if (check === undefined || !last) return
  const [before, after] = [shareOf(last, '2.0.0'), shareOf(now, '2.0.0')]
  if (after > before + 1e-9) violation(`check: ${check} has not found it good, and it gets ${Math.round(after * 100)} %`)
}

/** A proxy is out of sight for a time: nothing about a change can be said of it. */
function unseen(faults: readonly Fault[]): boolean {
  return faults.some(({ is }) => is === 'disconnect' || is === 'brokenRoute')
}

/** Milliseconds of propagation from which on a shift may count as reached without the last proxies (the delegate's limit for stragglers, halved). */
const stragglers = 15_000

/** Splits come and go by others' hands, or without the slowest proxies. */
function isWandering(faults: readonly Fault[]): boolean {
  return faults.some(fault => moving.has(fault.is) || (fault.is === 'propagation' && fault.most > stragglers))
}

function isDeclared({ goal }: GivenGoal, event: Extract<JournalEvent, { kind: 'succeeded' }>): boolean {
  return goal.to === 'split' && (event.payload.output as { readonly is?: string } | undefined)?.is === 'reached'
}

function checkArrived({ name }: GivenGoal, behind: string | undefined, violation: (text: string) => void): void {
  if (behind !== undefined) violation(`arrival: ${name} is told as reached, and ${behind} does not have it`)
}

/** Weight comes after the pods that it needs: as many as stable had for that share, and in every gateway's list. */
function checkCapacity(
  { world: { sandbox }, doors, replicas, faults, flips, violation }: Watched,
  last: Split | undefined,
  now: Split,
): void {
  const gateways = unseen(faults) ? [] : doors()
  for (const [destination, share] of now.shares) {
    if (share <= (last?.shares.get(destination) ?? 0)) continue
    const versions = now.versions.get(destination) ?? new Set()
    const all = sandbox.apiServer.objects
      .list('pods', shop)
      .filter(isReady)
      .map(({ metadata }) => metadata.name)
    const ready = all.filter(pod => versions.has(imageVersion(sandbox, pod)))
    const needed = Math.ceil(share * replicas - 1e-9)
    const given = `capacity: ${destination} was given ${Math.round(share * 100)} % with`
    if (ready.length < needed) violation(`${given} ${ready.length} of ${needed} pods ready`)
    for (const { name, list } of gateways) {
      const listed = new Set(list(destination)?.map(({ pod }) => pod))
      const known = (flips ? all : ready).filter(pod => listed.has(pod)).length
      if (known < needed) violation(`${given} ${known} of ${needed} pods known to ${name}`)
    }
  }
}

/** The record in the cluster says that the run is over. */
function hasEnded({ sandbox }: World, { id }: Run): boolean {
  return sandbox.apiServer.objects.list('configmaps', shop).some(record => endedIn(record).includes(id))
}

/** What a version has for certain. */
function shareOf({ shares, versions }: Split, version: string): number {
  return [...shares].reduce((sum, [key, share]) => {
    const meant = versions.get(key)
    return meant?.size === 1 && meant.has(version) ? sum + share : sum
  }, 0)
}

/**
 * A Service leads to old pods and to others alike, and somebody's edit of the template keeps them from being told apart by a roll: users stay on the
 * new version until a person has said what becomes of it.
 */
function isMixed({ sandbox }: World): boolean {
  const { objects } = sandbox.apiServer
  const rules = objects.list('destinationrules.networking.istio.io', shop) as readonly { readonly spec?: { readonly subsets?: unknown } }[]
  if (rules.some(({ spec }) => spec?.subsets)) return false
  const isEdited = ({ spec }: KubernetesObject): boolean => JSON.stringify(spec).includes('COLOUR')
  const own = objects.list('pods', shop).filter(({ metadata }) => !metadata.deletionTimestamp && metadata.labels?.[TRACK] === undefined)
  const isOther = ({ metadata }: KubernetesObject): boolean => imageVersion(sandbox, metadata.name) !== '1.0.0'
  return own.some(isEdited) || (objects.list('deployments.apps', shop).some(isEdited) && own.some(isOther))
}

function podsOf({ sandbox }: World, version: string): number {
  return sandbox.apiServer.objects
    .list('pods', shop)
    .filter(pod => !pod.metadata.deletionTimestamp && imageVersion(sandbox, pod.metadata.name) === version).length
}
