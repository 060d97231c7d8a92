import type { Json, KubernetesObject } from '#base/index.ts'
import { isDeepEqual } from '../deep-equal.ts'
import type { Destination } from '../destination.ts'
import { httpEntries, type HttpEntry } from '../istio/entries.ts'
import { canonicalHost, expandHost } from '../istio/hosts.ts'
import { istioGroup, type HttpRoute, type IstioDestination, type RouteDestination, type VirtualService } from '../istio/objects.ts'
import { checkRows, pinnedRows, type Row } from '../rows.ts'
import { divide, pinProblem, places, splitOf, withShares, type Place, type Same } from './division.ts'
import { done, every, refused, type EntrySnapshot, type Ours, type Outcome, type Router, type WeightedDestination } from './router.ts'

/** Splits in the http entries of a VirtualService; the sides are subsets of one host, or hosts of their own. */
export const istio: Router = {
  name: 'istio',
  group: istioGroup,
  kind: 'VirtualService',
  can: { subsets: true, entries: true, foreign: true, literals: true, headers: true, mirror: true },

  readRoute(object, choice) {
    const entries = httpEntries(object, choice)
    if (entries.is === 'refused') return entries
    return done(entries.value.map(entry => ({ entry: entry.label, index: entry.index, destinations: destinationsOf(entry) })))
  },

  pin(object, ours) {
    const same = sameIn(object, ours)
    const problems = managed(object, ours, entry => {
      const problem = pinProblem(entry.label, destinationsOf(entry), ours, same)
      return problem ? refused(problem) : done(entry)
    })
    return problems.is === 'refused' ? problems : istio.writeSplit(object, ours, pinnedRows)
  },

  writeSplit(object, ours, rows) {
    const problems = checkRows(rows)
    if (problems.length > 0) return refused({ is: 'rows', problems })
    const same = sameIn(object, ours)
    const routes = managed(object, ours, entry => rewrite(entry, { ours, rows, same }))
    return routes.is === 'refused' ? routes : done(withRoutes(object, routes.value))
  },

  readSplit(object, ours) {
    const same = sameIn(object, ours)
    return managed(object, ours, entry => {
      const split = splitOf(entry, destinationsOf(entry), ours, same)
      return 'is' in split ? refused(split) : done(split)
    })
  },

  snapshot(object, ours) {
    const same = sameIn(object, ours)
    const entries = managed(object, ours, entry => {
      const division = divide(entry.label, destinationsOf(entry), ours, same)
      return 'is' in division ? refused(division) : done(snapshotOf(object, entry))
    })
    return entries.is === 'refused' ? entries : done({ entries: entries.value })
  },

  restore(object, { entries }) {
    const routes = every(entries, snapshot => {
      const index = findAgain(object, snapshot)
      const label = snapshot.name ?? `#${snapshot.index}`
      if (index === undefined)
        return refused({ is: 'entry-missing', entry: label, entries: httpOf(object).map((each, at) => each?.name ?? `#${at}`) })
      return done({ index, route: snapshot.destinations as unknown as readonly RouteDestination[] })
    })
    return routes.is === 'refused' ? routes : done(withRoutes(object, routes.value))
  },
}

interface NewRoute {
  readonly index: number
  readonly route: readonly RouteDestination[]
}

/** Runs `step` over the managed entries; where all are meant, those without a destination of ours are left out. */
function managed<T>(object: KubernetesObject, ours: Ours, step: (entry: HttpEntry) => Outcome<T>): Outcome<readonly T[]> {
  const entries = httpEntries(object, ours.entries)
  if (entries.is === 'refused') return entries
  if (ours.entries !== 'all') return every(entries.value, step)
  const outcomes = entries.value.map(step)
  const concerned = outcomes.filter(outcome => outcome.is === 'done' || outcome.problem.is !== 'none-ours')
  return every(concerned.length > 0 ? concerned : outcomes, outcome => outcome)
}

function rewrite(
  entry: HttpEntry,
  { ours, rows, same }: { readonly ours: Ours; readonly rows: readonly Row[]; readonly same: Same },
): Outcome<NewRoute> {
  const all = destinationsOf(entry)
  const division = divide(entry.label, all, ours, same)
  if ('is' in division) return refused(division)
  const route = places(all, division, rows, ours, same).map(place => placed(entry.route[place.from] as RouteDestination, place, same))
  return done({ index: entry.index, route })
}

/** The route's row as it becomes; the very same row where nothing changes. */
function placed(row: RouteDestination, place: Place, same: Same): RouteDestination {
  if (place.is === 'ours' && !place.stood) return { ...row, destination: renamed(row.destination, place.to, same), weight: place.weight }
  return place.weight === undefined || place.weight === row.weight ? row : { ...row, weight: place.weight }
}

/** Another destination with everything else of the row it stands in for: a literal port wins, else the port is inherited. */
function renamed(from: IstioDestination, to: Destination, same: Same): IstioDestination {
  const { host, subset: _former, port, ...unknown } = from
  return {
    ...unknown,
    host: same({ host }, { host: to.host }) ? host : to.host,
    ...(to.subset === undefined ? {} : { subset: to.subset }),
    ...(to.port === undefined ? (port === undefined ? {} : { port }) : { port: { ...port, number: to.port } }),
  }
}

function withRoutes(object: KubernetesObject, routes: readonly NewRoute[]): KubernetesObject {
  const changed = routes.filter(({ index, route }) => !isDeepEqual(httpOf(object)[index]?.route, route))
  if (changed.length === 0) return object
  const http = [...httpOf(object)]
  for (const { index, route } of changed) http[index] = { ...http[index], route }
  return { ...object, spec: { ...(object.spec as object), http } }
}

function destinationsOf(entry: HttpEntry): readonly WeightedDestination[] {
  return withShares(entry.route.map(row => ({ destination: destinationOf(row.destination), weight: row.weight ?? 0 })))
}

function destinationOf({ host, subset, port }: IstioDestination): Destination {
  return { host, ...(subset ? { subset } : {}), ...(port?.number ? { port: port.number } : {}) }
}

/** Hosts by their full name in the namespace of the route; ports count only where both sides name one. */
function sameIn(object: KubernetesObject, ours: Ours): Same {
  const namespace = object.metadata.namespace ?? ours.namespace ?? 'default'
  const known = new Map<string, string>()
  const full = (host: string): string => {
    const name = known.get(host) ?? canonicalHost(expandHost(host, namespace, ours.domain))
    known.set(host, name)
    return name
  }
  return (a, b) =>
    (a.subset ?? '') === (b.subset ?? '') &&
    (a.port === undefined || b.port === undefined || a.port === b.port) &&
    (a.host === b.host || full(a.host) === full(b.host))
}

function snapshotOf(object: KubernetesObject, entry: HttpEntry): EntrySnapshot {
  const { name, match } = httpOf(object)[entry.index] as HttpRoute
  return {
    index: entry.index,
    ...(name ? { name } : {}),
    ...(match === undefined ? {} : { match: match as unknown as Json }),
    destinations: entry.route as unknown as Json,
  }
}

/** An entry is found by its name; without one by its conditions, at its index first; a lone entry is always the one. */
function findAgain(object: KubernetesObject, snapshot: EntrySnapshot): number | undefined {
  const http = httpOf(object)
  if (snapshot.name) return index(http.findIndex(entry => entry?.name === snapshot.name))
  if (http.length === 1) return 0
  const alike = [...http.keys()].filter(at => !http[at]?.name && isDeepEqual(http[at]?.match, snapshot.match))
  if (alike.includes(snapshot.index)) return snapshot.index
  return alike.length === 1 ? alike[0] : undefined
}

function index(found: number): number | undefined {
  return found < 0 ? undefined : found
}

function httpOf(object: KubernetesObject): readonly (HttpRoute | null)[] {
  return (object as VirtualService).spec.http ?? []
}
