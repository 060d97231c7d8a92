import type { KubernetesObject } from '#base/index.ts'
import {
  restoreSubsets,
  routeFailure,
  snapshotSubsets,
  writeSubsets,
  removeSubsets,
  type ApartChange,
  type OwnSubset,
  type Row,
  type RouteSnapshot,
  type SubsetSnapshot,
} from '#model/traffic/index.ts'
import { apartText, besideText, stickyChange, withApart, withApartOf } from '../apart.ts'
import { beforeOf, manifestOf, oursOf, rowsText, type Observed, type Run, type Seen } from '../observed.ts'
import { canaryService, withSelector } from '../services.ts'
import type { SidesByService } from '../snapshot.ts'
import { objectsBehind, ourSubset, routeNamed, routesView, selectsCanary } from '../view-of.ts'
import { madeHolder, routerFor } from '../holders.ts'
import { HASH, TRACK } from '../workload.ts'
import { needed } from './needed.ts'
import { apply, create, marked, remove, withRunMark, type Write } from './write.ts'

function ownSubsets(hash: string, { release }: Run): readonly OwnSubset[] {
  return [
    { name: release.subsets.canary, labels: { [TRACK]: 'canary' } },
    { name: release.subsets.stable, labels: { [HASH]: hash } },
  ]
}

function manifest(kind: string, name: string | undefined, run: Run): KubernetesObject | undefined {
  return manifestOf({ kind, metadata: { name: name ?? '', namespace: run.release.namespace } }, run)
}

/** Names for both sides: subsets, or a Service for the canary. */
export function nameSidesWrite(hash: string, observed: Observed, run: Run): Write {
  const { services } = run.snapshot.names
  return services ? canaryServiceWrite(services, observed, run) : subsetsWrite(hash, observed, run)
}

/** The canary's names taken away. */
export function unnameSidesWrite(observed: Observed, run: Run): Write {
  const { services } = run.snapshot.names
  if (!services) return removeSubsetsWrite(observed, run)
  const live = needed(observed.canaryService, "the canary's Service")
  return services.kept ? marked(live, withSelector(live, 'stable', services), run, 'selects as it did before') : remove(live, 'deleted')
}

function canaryServiceWrite(services: SidesByService, observed: Observed, run: Run): Write {
  const live = observed.canaryService
  const says = "for the canary's pods alone"
  if (live) return marked(live, withSelector(live, 'canary', services), run, says)
  return create(withRunMark(canaryService(services, run.release.namespace), run), says)
}

/** Both subsets; the rule of the manifests with them, where there is none yet. */
function subsetsWrite(hash: string, { rule }: Observed, run: Run): Write {
  const says = `subsets canary, and stable for pods of ${hash}`
  if (rule) return marked(rule, writeSubsets(rule, ownSubsets(hash, run)), run, says)
  const object = needed(manifest('DestinationRule', run.snapshot.names.rule?.name, run), 'the managed DestinationRule')
  return apply(withRunMark(writeSubsets(object, ownSubsets(hash, run)), run), undefined, says)
}

function removeSubsetsWrite({ rule }: Observed, run: Run): Write {
  const live = needed(rule, 'the managed DestinationRule')
  const before = run.snapshot.rule?.subsets as SubsetSnapshot | undefined
  const after = before ? restoreSubsets(live, before) : removeSubsets(live, [run.release.subsets.canary, run.release.subsets.stable])
  return marked(live, after, run, 'subsets of the run removed')
}

/**
 * The rows onto the first route that has others, as it is now: those that give the canary most come first, so that on the way back users
 * are taken from it before anything else is put right.
 */
export function splitWrite({ rows, keeps }: { readonly rows: readonly Row[]; readonly keeps?: true }, observed: Observed, run: Run): Write {
  const apart: ApartChange = keeps ? stickyChange(rows, observed, routesView(observed, run), run) : { is: 'nothing' }
  const writes = run.snapshot.names.routes.flatMap(named => {
    const live = routeNamed(named, observed)
    // A create cannot be fenced: it gives the canary nothing, and a patch that can be fenced gives it its share.
    if (!live && named.made) return { canary: 0, write: create(withRunMark(named.made as never, run), 'made, with nothing for the canary') }
    const object = live ?? needed(manifest(named.kind, named.name, run), `${named.kind} ${named.name} among the manifests`)
    const split = routerFor(object).writeSplit(object, oursOf(run), rows)
    if (split.is === 'refused') throw routeFailure(object, split.problem)
    if (!live) return { canary: 0, write: apply(withRunMark(split.value, run), undefined, rowsText(rows)) }
    const after = withApart(split.value, apart, run)
    return after === live
      ? []
      : { canary: canaryShare(live, run), write: marked(live, after, run, [rowsText(rows), ...besideText(live, after, run)].join(', ')) }
  })
  return needed(writes.toSorted((a, b) => b.canary - a.canary)[0], 'a route with another split').write
}

/**
 * These rows, and whoever is told apart, onto the next route that somebody has changed: as the run left it. A mirror that is gone stays gone, for
 * nobody waits for its answers. Undefined where every route says it.
 */
export function putBackWrite(
  { rows, left }: { readonly rows: readonly Row[]; readonly left: readonly KubernetesObject[] },
  observed: Observed,
  run: Run,
): Write | undefined {
  const writes = observed.routes.flatMap(live => {
    const former = left.find(({ kind, metadata }) => kind === live.kind && metadata.name === live.metadata.name)
    const split = routerFor(live).writeSplit(live, oursOf(run), rows)
    if (split.is === 'refused') throw routeFailure(live, split.problem)
    const after = former ? withApartOf(split.value, former, run) : split.value
    return after === live ? [] : marked(live, after, run, [rowsText(rows), 'as the run left it'].join(', '))
  })
  return writes[0]
}

/** What makes the sides, once somebody has changed it, as it is in `left`; undefined where the run had made no sides in that. */
export function putNamesBackWrite(left: KubernetesObject, observed: Observed, run: Run): Write | undefined {
  const { services } = run.snapshot.names
  if (services) return selectsCanary(left, services) ? canaryServiceWrite(services, observed, run) : undefined
  const hash = ourSubset(left, run)
  if (hash === undefined) return undefined
  if (!observed.rule) return subsetsWrite(hash, observed, run)
  const subsets = snapshotSubsets(left, [run.release.subsets.canary, run.release.subsets.stable])
  return marked(observed.rule, restoreSubsets(observed.rule, subsets), run, 'subsets as the run left them')
}

/** The next route that does not tell apart what is asked. */
export function apartWrite(change: ApartChange, observed: Observed, run: Run): Write {
  const writes = observed.routes.flatMap(live => {
    const after = withApart(live, change, run)
    return after === live ? [] : marked(live, after, run, apartText(change))
  })
  return needed(writes[0], 'a route that lacks what is to be told apart')
}

/** Greatest percentage that an entry of the route gives the canary. */
function canaryShare(route: KubernetesObject, run: Run): number {
  const split = routerFor(route).readSplit(route, oursOf(run))
  const rows = split.is === 'done' ? split.value.flatMap(entry => entry.rows) : []
  return Math.max(0, ...rows.filter(row => row.to === 'canary').map(row => row.percent))
}

/** Destinations of the next route as the manifests say, or, going back, as the snapshot says; all else as it is now. */
export function unsplitWrite(observed: Observed, run: Run, goingBack: boolean): Write {
  const writes = observed.routes.flatMap(live => {
    if (madeHolder(live, run)) return remove(live, 'deleted: the run made it')
    const restored = routerFor(live).restore(live, atRest(live, run, goingBack), oursOf(run))
    if (restored.is === 'refused') throw routeFailure(live, restored.problem)
    return restored.value === live ? [] : marked(live, restored.value, run, 'destinations as they are at rest')
  })
  return needed(writes[0], 'a managed route that is not at rest')
}

function atRest(live: KubernetesObject, run: Run, goingBack: boolean): RouteSnapshot {
  const wanted = manifest(live.kind, live.metadata.name, run)
  const before = goingBack || !wanted ? (beforeOf(live, run) as RouteSnapshot | undefined) : undefined
  return before ?? snapshotOf(needed(wanted, `${live.kind} ${live.metadata.name} among the manifests`), run)
}

function snapshotOf(object: KubernetesObject, run: Run): RouteSnapshot {
  const taken = routerFor(object).snapshot(object, oursOf(run))
  if (taken.is === 'refused') throw routeFailure(object, taken.problem)
  return taken.value
}

/** This goal's number onto the next object that has a lower one. */
export function markWrite(observed: Observed, run: Run, refused: Seen['refused']): Write {
  const live = needed(objectsBehind(observed, run, refused)[0], 'an object with a lower mark')
  return marked(live, live, run, `mark of goal ${run.number}`)
}
