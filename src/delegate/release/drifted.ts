import { remembered, type Json, type KubernetesObject } from '#base/index.ts'
import { authorName, driftOf, driftText, type Drift, type Role } from '#model/drift/index.ts'
import { ignoreRuleFor } from '#model/preflight/index.ts'
import { pinnedRows, type Row } from '#model/traffic/index.ts'
import {
  canaryName,
  isBare,
  markOf,
  putBackWrite,
  putNamesBackWrite,
  takenApart,
  type Observed,
  type RouteView,
  type Run,
  type Seen,
  type Snapshot,
  type View,
} from '#model/release/index.ts'
import { perform } from './perform.ts'
import { pinnedView } from './pinned-view.ts'
import type { Session } from './session.ts'

/** What somebody else has done to what the run wrote. `endangers`: users must be taken back, what we had cannot simply be put back. */
export interface Drifted {
  readonly found: 'noted' | 'drift'
  readonly says: string
  readonly drift: Drift[]
  readonly endangers?: boolean
  readonly putBack?: boolean
  /** Who deploys the object, and the rule that keeps them off it. */
  readonly owner?: string
  readonly rule?: string
}

export interface DriftCheck {
  readonly session: Session
  readonly run: Run
  /** Whose conflicting writes were put back before: a second one would only make a loop. */
  readonly before: readonly string[]
  readonly seen: Seen
  readonly signal: AbortSignal
}

/**
 * Looks for foreign edits that were not told yet. Names of the sides that are gone are put back at once, for every request to them is lost; so are
 * weights of a stranger who is new, so that users stay where they were.
 */
export async function drifted(check: DriftCheck): Promise<Drifted | undefined> {
  const { session, run, before } = check
  const all = comparisons(check)
  const told = all.filter(({ left, drift }) => drift.is !== 'ours' && session.ours.isNews(left, drift))
  const news = told.map(({ drift }) => drift)
  const conflicting = told.filter(({ drift }) => drift.is === 'conflicting')
  const [first] = conflicting
  if (!first) return news[0] ? { found: 'noted', says: `noted: ${news.map(driftText).join('; ')}`, drift: news } : undefined
  const again = conflicting.some(({ drift }) => before.includes(authorName(drift)))
  if (conflicting.some(({ role }) => role === 'rule') && !(await putNamesBack(check))) return undefined
  const putBack = conflicting.every(ofTraffic) && !again && (await putSplitBack(check))
  const owner = ignoreRuleFor(conflicting.flatMap(({ live }) => live ?? []))
  const words = driftText(first.drift) + (conflicting.length > 1 ? ` (and ${conflicting.length - 1} more)` : '')
  return {
    found: 'drift',
    says: putBack ? `${words}; the run's split was put back${notPutBack(session, run)}` : words,
    drift: news,
    endangers: !putBack && conflicting.some(({ role }) => role !== 'stable'),
    putBack,
    ...owner,
  }
}

interface Difference extends ToCompare {
  readonly left: KubernetesObject
  readonly drift: Drift
}

/** Every field that is not as the run left it. */
function comparisons({ session: { observer, ours }, run, seen }: DriftCheck): readonly Difference[] {
  const observed = observer.current()
  const view = pinnedView(observed, seen, run)
  // What makes the sides goes after the routes have left them: by any process of the run, whose mark goes soon after, and nobody misses it.
  const present = compared(observed, run).filter(({ role }) => role !== 'rule' || !isBare(view))
  const differences = differencesOf(run)
  return present.flatMap(each => {
    const left = ours.of(each.named)
    return left ? differences(each, left).flatMap(drift => (isRoll(drift, each, view) ? [] : [{ ...each, left, drift }])) : []
  })
}

/** With the new version in it the stable workload is let go, by any process of the run: a field that is gone bears nobody's name. */
function isRoll({ path, live }: Drift, { role }: ToCompare, { stable }: View): boolean {
  return role === 'stable' && path === 'spec.paused' && live === undefined && stable.version.next
}

/** The drift of an object since the run left it; the same two states are compared once, however often they are looked at. */
function differencesIn({ release, snapshot: { names } }: Run): (each: ToCompare, left: KubernetesObject) => readonly Drift[] {
  const sides = { subsets: Object.values(release.subsets), ...(names.services ? { service: names.services.canary } : {}) }
  const states = remembered<KubernetesObject, KubernetesObject, Map<Role, readonly Drift[]>>(() => new Map())
  return (each, left) => {
    if (!each.live) return driftOf({ ...each, ours: left, sides })
    const known = states(each.live, left)
    const drift = known.get(each.role) ?? driftOf({ ...each, ours: left, sides })
    known.set(each.role, drift)
    return drift
  }
}

const ofRuns = new WeakMap<Run, ReturnType<typeof differencesIn>>()

function differencesOf(run: Run): ReturnType<typeof differencesIn> {
  const known = ofRuns.get(run) ?? differencesIn(run)
  ofRuns.set(run, known)
  return known
}

interface ToCompare {
  readonly role: Role
  readonly named: Parameters<Session['ours']['of']>[0]
  readonly live: KubernetesObject | undefined
  readonly base?: Json
}

function compared({ routes, rule, canaryService, stable, canary }: Observed, { release, snapshot }: Run): readonly ToCompare[] {
  const { names } = snapshot
  const { namespace } = release
  const named = (kind: string, name: string) => ({ kind, metadata: { name, namespace } })
  const workloads: readonly ToCompare[] = [
    { role: 'stable', named: named('Deployment', names.workload), live: stable, ...baseOfWorkload(snapshot) },
    // One that is gone is told by the watch of its pods, where it had weight.
    ...(canary ? [{ role: 'canary' as const, named: named('Deployment', canaryName(names.workload)), live: canary }] : []),
  ]
  const ofRoutes = names.routes.flatMap(({ kind, name, made }): readonly ToCompare[] => {
    const live = routes.find(each => each.kind === kind && each.metadata.name === name)
    // What the run made goes after the last pod that it led to: by any process of the run, and nobody misses it.
    if (made && !live && !canary) return []
    return [{ role: 'route', named: named(kind, name), live, ...baseOfRoute(snapshot, kind, name) }]
  })
  const ofRule: readonly ToCompare[] = names.rule
    ? [{ role: 'rule', named: named('DestinationRule', names.rule.name), live: rule, ...baseOfRule(snapshot) }]
    : names.services
      ? [{ role: 'rule', named: named('Service', names.services.canary), live: canaryService }]
      : []
  return [...ofRoutes, ...ofRule, ...workloads].filter(({ role, live }) => live !== undefined || role === 'route' || role === 'rule')
}

function baseOfRoute({ routes }: Snapshot, kind: string, name: string): { readonly base?: Json } {
  const before = routes.find(each => each.kind === kind && each.name === name)
  if (!before) return {}
  if (kind === 'Service') return { base: { selector: before.entries[0]?.destinations ?? {} } as Json }
  if (kind === 'Ingress') return {}
  const [list, rows, match] = kind === 'VirtualService' ? ['http', 'route', 'match'] : ['rules', 'backendRefs', 'matches']
  const entries = before.entries.map(entry => ({
    ...(entry.name === undefined ? {} : { name: entry.name }),
    ...(entry.match === undefined ? {} : { [match]: entry.match }),
    [rows]: entry.destinations,
  }))
  return { base: { [list]: entries } as Json }
}

function baseOfRule({ rule }: Snapshot): { readonly base?: Json } {
  return rule ? { base: { subsets: rule.subsets.subsets.flatMap(({ subset }) => subset ?? []) } as Json } : {}
}

function baseOfWorkload({ stable }: Snapshot): { readonly base?: Json } {
  return stable ? { base: { template: stable.template, replicas: stable.replicas } as Json } : {}
}

const ofTraffic = ({ role }: ToCompare): boolean => role === 'route' || role === 'rule'

/**
 * What makes the two sides, as the run left it. Nobody's name is at what is gone: it may be another process of the run that has taken it, which
 * does so when no route leads there any more. The routes are read anew to see that: false where it is so, and whoever looks must look again at
 * whether the run is still theirs.
 */
async function putNamesBack({ session, run, seen, signal }: DriftCheck): Promise<boolean> {
  const { observer, ours } = session
  await Promise.all(observer.current().routes.map(route => observer.refresh(route, signal)))
  const observed = observer.current()
  if (isBare(pinnedView(observed, seen, run))) return false
  const [made] = compared(observed, run).filter(({ role }) => role === 'rule')
  const left = made && ours.of(made.named)
  if (!left || (markOf(made.live)?.number ?? 0) > (markOf(left)?.number ?? 0)) return true
  const write = putNamesBackWrite(left, observed, { ...run, number: markOf(left)?.number ?? 0 })
  if (write) await perform(write, session, signal)
  return true
}

/** Writes the rows, and whoever is told apart from them, as the run left them, under the number that its goal had: a goal with a higher number has the word. */
async function putSplitBack(check: DriftCheck): Promise<boolean> {
  const { session, run, seen, signal } = check
  const conflicts = (of: (each: ToCompare) => boolean): boolean =>
    comparisons(check).some(each => of(each) && each.drift.is === 'conflicting')
  if (!conflicts(({ role }) => role === 'route')) return !conflicts(ofTraffic)
  const observed = session.observer.current()
  const left = observed.routes.map(route => session.ours.of(route) ?? route)
  const [rows] = viewsOf({ ...observed, routes: left }, run, seen).map(rowsOf)
  const number = Math.max(0, ...left.map(route => markOf(route)?.number ?? 0))
  if (!rows || observed.routes.some(route => (markOf(route)?.number ?? 0) > number)) return false
  for (let writes = 0; writes < left.length; writes++) {
    const write = putBackWrite({ rows, left }, session.observer.current(), { ...run, number })
    if (!write) break
    if ((await perform(write, session, signal)) === 'stale') return false
  }
  return !conflicts(ofTraffic)
}

/** A mirror that a stranger has taken out stays out: nobody waits for its answers. */
function notPutBack({ observer, ours }: Session, run: Run): string {
  const gone = observer.current().routes.flatMap(route => takenApart(ours.of(route) ?? route, route, run))
  return gone.length === 0 ? '' : `, without what it told apart: ${[...new Set(gone)].join(', ')}`
}

function viewsOf(observed: Observed, run: Run, seen: Seen): readonly RouteView[] {
  return pinnedView(observed, seen, run).routes
}

/** A bare route that no canary pod is reached by is as good as one that says so. */
function rowsOf(view: RouteView): readonly Row[] | undefined {
  return view.is === 'split' ? view.rows : view.narrow ? pinnedRows : undefined
}
