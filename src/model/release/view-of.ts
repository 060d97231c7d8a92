import type { KubernetesObject } from '#base/index.ts'
import { serviceSelector, subsetsOf, type RouteSnapshot } from '#model/traffic/index.ts'
import { apartView } from './apart.ts'
import { routerFor } from './holders.ts'
import { heldByOther, holderOf, leasesOf } from './claims.ts'
import { endedIn } from './ended.ts'
import type { Goal } from './goal.ts'
import { leftBehind } from './left-behind.ts'
import { ownMark } from './marks.ts'
import { brought, heldBack, changedMeanwhile, restoredAsOurs, unconfigured, unrestored } from './manifest-work.ts'
import { beforeOf, objectKey, oursOf, type Observed, type Run, type Seen, type Written } from './observed.ts'
import { ownsSpec, RUN_MANAGER } from './ownership.ts'
import { stableView, canaryView } from './sides.ts'
import { changedWorkloads } from './plain/entries.ts'
import { plainView } from './plain/view.ts'
import { floorOf } from './floor.ts'
import { recordedSteps } from './record.ts'
import type { SidesByService, Snapshot } from './snapshot.ts'
import type { RouteView, View } from './view.ts'
import { HASH, replicasOf, TRACK } from './workload.ts'

/** The view of the protocol, from objects as they are and from what is known of the mesh. */
export function viewOf(goal: Goal, observed: Observed, seen: Seen, run: Run): View {
  const subset = ourSubset(observed.rule, run)
  return {
    ...ofWritten(goal, observed, run),
    arrival: { route: seen.route, sides: seen.sides },
    listsComplete: seen.endpoints.complete,
    drained: seen.drained,
    stable: stableView(observed, seen, run, subset),
    canary: canaryView(observed, seen, run),
    behind: objectsBehind(observed, run, seen.refused).length > 0,
    heldBack: heldBack(observed, seen.applied, run).length,
    outlived: observed.outlived?.length ?? 0,
    // Parts that may be missing come last: what follows one in a literal is put in one by one, and slowly.
    ...(seen.drainEnds === undefined ? {} : { drainEnds: seen.drainEnds }),
    ...(run.release.plain === undefined ? {} : { plain: plainView(observed, seen, run) }),
  }
}

/** What the view says of the objects alone. */
type WrittenView = ReturnType<typeof viewOfWritten>

function viewOfWritten(goal: Goal, observed: Written, run: Run) {
  const routes = routesView(observed, run)
  return {
    allOrNothing: run.snapshot.names.routes.some(route => !routerFor(route).can.shares),
    routes,
    apart: apartView(goal, observed, routes, run),
    sides: sidesView(observed, ourSubset(observed.rule, run), run),
    leftBehind: leftBehind(observed, run).length,
    unconfigured: unconfigured(observed, run).length,
    unrestored: unrestored(observed, run).length,
    brought: brought(observed, run).length,
    ownershipReturned: ownershipReturned(observed, run),
    ...claims(observed, run),
    ...floor(observed.autoscaler, run),
  }
}

/** By run: the last look. Most looks find that only the mesh or pods have changed. */
const looks = new WeakMap<Run, { readonly goal: Goal; readonly written: Written; readonly view: WrittenView }>()

function ofWritten(goal: Goal, observed: Observed, run: Run): WrittenView {
  const { replicaSets: _sets, pods: _pods, outlived: _outlived, ...written } = observed
  const last = looks.get(run)
  if (last && last.goal === goal && sameObjects(last.written, written)) return last.view
  const view = viewOfWritten(goal, written, run)
  looks.set(run, { goal, written, view })
  return view
}

/** The very same objects, not only equal ones. */
export function sameObjects(a: Partial<Observed>, b: Partial<Observed>): boolean {
  const isSame = (key: string): boolean => a[key as keyof Observed] === b[key as keyof Observed]
  return Object.keys(a).every(isSame) && Object.keys(b).every(isSame)
}

/** Every managed entry of every managed route. */
export function routesView(observed: Written, run: Run): readonly RouteView[] {
  return run.snapshot.names.routes.flatMap(named => routeViews(routeNamed(named, observed), run))
}

/** A managed route by its name in the snapshot; undefined where it is not there. */
export function routeNamed(named: Snapshot['names']['routes'][number], { routes }: Written): KubernetesObject | undefined {
  return routes.find(({ kind, metadata }) => kind === named.kind && metadata.name === named.name)
}

/** One per managed entry; what cannot be read as a split of ours counts as bare. */
function routeViews(route: KubernetesObject | undefined, run: Run): readonly RouteView[] {
  if (!route) return [{ is: 'bare' }]
  const split = routerFor(route).readSplit(route, oursOf(run))
  if (split.is === 'refused') return [{ is: 'bare' }]
  const changed = isBesideAndChanged(route, run)
  return split.value.map(({ pinned, narrow, unordered, rows, ofRoute, retries }) =>
    pinned || changed
      ? {
          is: 'split',
          rows: rows.map(({ to, percent }) => ({ to, weight: percent })),
          ofRoute,
          ...(unordered ? { unordered } : {}),
          ...(retries === undefined ? {} : { retries }),
        }
      : { is: 'bare', ...(narrow ? { narrow } : {}) },
  )
}

/** What is held beside a route is at rest where it is as it was before the run: not there, or what the user's own said. */
function isBesideAndChanged(route: KubernetesObject, run: Run): boolean {
  return routerFor(route).beside !== undefined && !isAsFound(route, run)
}

/** What holds a split is as it was before the run. */
export function isAsFound(route: KubernetesObject, run: Pick<Run, 'release' | 'snapshot'>): boolean {
  const before = beforeOf(route, run)
  const restored = before && routerFor(route).restore(route, before as RouteSnapshot, oursOf(run))
  return restored?.is === 'done' && restored.value === route
}

function sidesView({ canaryService }: Written, subset: string | undefined, { snapshot }: Run): View['sides'] {
  const { services, rule } = snapshot.names
  if (!services) return { named: subset !== undefined, says: rule ? `the subsets of ${rule.name}` : 'the subsets' }
  return {
    named: canaryService !== undefined && selectsCanary(canaryService, services),
    says: `Service ${services.canary}`,
    byService: true,
  }
}

/** The Service selects the canary's pods, as it does while a run needs it. */
export function selectsCanary(service: KubernetesObject, { label }: SidesByService): boolean {
  return serviceSelector(service)[label.key] === label.canary
}

/** The hash that our stable subset selects by; undefined while the rule has not both subsets as this run writes them. */
export function ourSubset(rule: KubernetesObject | undefined, { release }: Run): string | undefined {
  if (!rule) return undefined
  const labels = (name: string): Readonly<Record<string, string>> | undefined =>
    subsetsOf(rule).find(subset => subset.name === name)?.labels
  return labels(release.subsets.canary)?.[TRACK] === 'canary' ? labels(release.subsets.stable)?.[HASH] : undefined
}

function claims(
  observed: Written,
  run: Run,
): Pick<View, 'claimed' | 'holding' | 'recorded' | 'besideRecorded' | 'over' | 'canTellEnd' | 'heldBy' | 'marked'> {
  const { execution } = run.release
  const own = observed.leases.filter(lease => holderOf(lease) === execution).map(lease => lease.metadata.name)
  const marks = markable(observed, run).map(object => ownMark(object, execution))
  return {
    heldBy: heldByOther(observed.leases, execution, observed.record),
    over: endedIn(observed.record).includes(execution),
    canTellEnd: observed.record !== undefined || own.length > 0,
    holding: own.length > 0,
    claimed: leasesOf(run).every(name => own.includes(name)),
    recorded: (observed.record?.['data'] as Readonly<Record<string, string>> | undefined)?.['execution'] === execution,
    besideRecorded: recordedSteps(observed.record, execution).length > 0,
    marked: marks.some(number => number > 0),
  }
}

/** Objects that may bear a mark of the run: workloads first, the routes last. */
export function markable(observed: Written, run: Pick<Run, 'release' | 'snapshot'>): readonly KubernetesObject[] {
  const { canary, stable, rule, canaryService, routes } = observed
  return [canary, stable, rule, canaryService, ...routes, ...changedWorkloads(observed, run)].flatMap(object => object ?? [])
}

/**
 * What a forward write that is still on its way could change behind the end: routes (in a plain release: changed workloads) that lack the mark of
 * the goal, and what bears no mark at all. While Leases are being given back, a mark that has been removed is not put again, and what the cluster
 * has refused to let us mark (by {@link objectKey}) is passed by.
 */
export function objectsBehind(observed: Written, run: Run, refused: Seen['refused']): readonly KubernetesObject[] {
  const { execution } = run.release
  const holding = observed.leases.some(lease => holderOf(lease) === execution)
  const isBelow =
    (number: number) =>
    (object: KubernetesObject): boolean => {
      const mark = ownMark(object, execution)
      return mark < number && (mark > 0 || (holding && refused?.has(objectKey(object)) !== true))
    }
  return [
    ...[...observed.routes, ...changedWorkloads(observed, run)].filter(isBelow(run.number)),
    ...[observed.rule, observed.stable].flatMap(object => object ?? []).filter(isBelow(Math.min(1, run.number))),
  ]
}

function ownershipReturned(observed: Written, run: Run): boolean {
  const { routes, rule, stable } = observed
  const changed = [
    ...routes,
    rule,
    stable,
    ...changedWorkloads(observed, run),
    ...changedMeanwhile(observed, run).map(([object]) => object),
  ]
  return changed.every(object => !ownsSpec(object, RUN_MANAGER)) && restoredAsOurs(observed, run).length === 0
}

function floor(autoscaler: KubernetesObject | undefined, run: Run): Pick<View, 'floorRaised' | 'floorRestored'> {
  const before = run.snapshot.autoscaler
  if (!before || !autoscaler) return { floorRaised: true, floorRestored: true }
  const present = floorOf(autoscaler)
  return { floorRaised: present >= (run.snapshot.stable?.replicas ?? 1), floorRestored: present === before.minReplicas }
}

/** Pods of stable when the run began; where there was no such workload, what it has now. */
export function replicasAtStart(observed: Observed, run: Run): number {
  return run.snapshot.stable?.replicas ?? replicasOf(observed.stable)
}
