import { objectName, type KubernetesObject } from '#base/index.ts'
import {
  boundGateways,
  claimsOnHosts,
  hidingEntry,
  isVisible,
  routerOf,
  sameHost,
  takesEverything,
  type Claim,
  type GatewayRoute,
  type ParentRef,
  type VirtualService,
} from '#model/traffic/index.ts'
import type { Around, Facts, RejectionSeen, Subject } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { ingressFindings } from './ingress.ts'
import { listed } from './text.ts'

/** The objects that the run writes splits into. */
export function splitHolders({ routes, beside = [] }: Pick<Subject, 'routes' | 'beside'>): readonly KubernetesObject[] {
  return [...routes.filter(route => routerOf(route)?.beside === undefined), ...beside]
}

/** The entries of a route that the run manages; undefined where that is refused elsewhere. */
export function managedEntries(
  route: KubernetesObject,
  { entries }: Pick<Subject, 'entries'>,
): readonly { readonly entry: string; readonly index: number }[] | undefined {
  const read = routerOf(route)?.readRoute(route, entries)
  return read?.is === 'done' ? read.value : undefined
}

/** Where a route takes requests: from the mesh, at an Istio Gateway, or at one of the Gateway API. */
export interface Binding {
  readonly at: 'mesh' | 'Istio' | 'Gateway API'
  /** `namespace/name`; empty for the mesh. */
  readonly gateway: string
}

/** Where the managed routes take requests. */
export function boundTo({ routes, namespace }: Pick<Subject, 'routes' | 'namespace'>): readonly Binding[] {
  return routes.flatMap(route => {
    const home = route.metadata.namespace ?? namespace
    if (route.kind !== 'VirtualService') return parentsOf(route as GatewayRoute).map(parent => bindingOf(parent, home))
    return boundGateways((route as VirtualService).spec.gateways, home).map((name): Binding =>
      name === 'mesh' ? { at: 'mesh', gateway: '' } : { at: 'Istio', gateway: name },
    )
  })
}

/** A Service as parent means callers inside the mesh. */
function bindingOf({ kind = 'Gateway', name, namespace }: ParentRef, home: string): Binding {
  return kind === 'Service' ? { at: 'mesh', gateway: '' } : { at: 'Gateway API', gateway: `${namespace ?? home}/${name}` }
}

function parentsOf({ spec }: GatewayRoute): readonly ParentRef[] {
  return spec.parentRefs ?? []
}

/** Callers inside the mesh are led by a managed route. */
export function isMeshBound(subject: Pick<Subject, 'routes' | 'namespace'>): boolean {
  return boundTo(subject).some(({ at }) => at === 'mesh')
}

/** Whether requests come to the managed entries, and whether proxies take what is written there. */
export function routeFindings(facts: Facts): readonly PreflightFinding[] {
  const { routes } = facts.subject
  const found = [...routes.flatMap(route => findingsOfRoute(route, facts)), ...ingressFindings(facts), ...rejectionFindings(facts)]
  if (found.some(({ level }) => level === 'refuse')) return found
  return [...found, ok('route', `${listed(routes.map(objectName))}: requests come to the managed entries`)]
}

function findingsOfRoute(route: KubernetesObject, facts: Facts): readonly PreflightFinding[] {
  if (route.kind !== 'VirtualService') return []
  const others = otherVirtualServices(facts)
  return [
    ...claimsOnHosts(route as VirtualService, others).flatMap(claim =>
      claimFindings(claim, isLast(claim, others, route as VirtualService, facts.subject)),
    ),
    ...mixedRouters(route as VirtualService, facts),
    ...hiddenEntries(route as VirtualService, facts.subject),
    ...notExported(route as VirtualService, facts),
  ]
}

/** Gateways are led by the routes that are exported to their namespace, whatever these name them as. */
function notExported(route: VirtualService, { subject, around }: Facts): readonly PreflightFinding[] {
  const namespace = route.metadata.namespace ?? subject.namespace
  const { exportTo } = route.spec
  const isAtGateway = boundGateways(route.spec.gateways, namespace).some(name => name !== 'mesh')
  const homes = [...new Set(around.gatewayPods.items.map(({ metadata }) => metadata.namespace ?? ''))]
  const blind = isAtGateway ? homes.filter(home => !isVisible({ namespace, exportTo }, home)) : []
  if (blind.length === 0) return []
  return [
    objection(
      'route',
      'refuse',
      failures.ROUTE_NOT_EXPORTED({ route: objectName(route), to: listed(exportTo ?? []), namespaces: listed(blind) }),
    ),
  ]
}

/** The managed routes, and all that was seen of a kind. */
interface Seen<Kind extends keyof Around> {
  readonly subject: Pick<Subject, 'routes'>
  readonly around: Pick<Around, Kind>
}

/** Every VirtualService that is seen and not managed by this run. */
export function otherVirtualServices({ subject, around }: Seen<'virtualServices'>): readonly VirtualService[] {
  return around.virtualServices.items.filter(each => !isManaged(each, subject)) as readonly VirtualService[]
}

/** Every HTTPRoute that is seen and not managed by this run. */
export function otherHttpRoutes({ subject, around }: Seen<'httpRoutes'>): readonly GatewayRoute[] {
  return around.httpRoutes.items.filter(each => !isManaged(each, subject)) as readonly GatewayRoute[]
}

function isManaged({ kind, metadata }: KubernetesObject, { routes }: Pick<Subject, 'routes'>): boolean {
  return routes.some(
    route => route.kind === kind && route.metadata.name === metadata.name && route.metadata.namespace === metadata.namespace,
  )
}

/** At a gateway entries that take everything stand behind all others, the oldest first: of ours that do, none is asked then. */
function isLast({ virtualService, before }: Claim, others: readonly VirtualService[], route: VirtualService, subject: Subject): boolean {
  const other = others.find(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}` === virtualService)
  const managed = (managedEntries(route, subject) ?? []).flatMap(({ index }) => route.spec.http?.[index] ?? [])
  return before && (other?.spec.http ?? []).some(takesEverything) && managed.some(takesEverything)
}

/** In the mesh the oldest owns a host alone; at a gateway entries are put together. */
function claimFindings({ virtualService, hosts, gateways, before }: Claim, last: boolean): readonly PreflightFinding[] {
  const facts = (at: readonly string[]): { other: string; hosts: string; at: string } => ({
    other: `VirtualService ${virtualService}`,
    hosts: listed(hosts),
    at: listed(at.map(gateway => (gateway === 'mesh' ? 'the mesh' : `gateway ${gateway}`))),
  })
  const taken = gateways.filter(gateway => (gateway === 'mesh' ? before : last))
  const shared = gateways.filter(gateway => !taken.includes(gateway))
  return [
    ...(taken.length > 0 ? [objection('route', 'refuse', failures.HOST_TAKEN(facts(taken)))] : []),
    ...(shared.length > 0 ? [objection('route', 'warn', failures.HOST_CLAIMED(facts(shared)))] : []),
  ]
}

/** An HTTPRoute of the mesh names a Service as its parent. */
function mixedRouters(route: VirtualService, { subject, around }: Facts): readonly PreflightFinding[] {
  const namespace = route.metadata.namespace ?? subject.namespace
  if (!boundGateways(route.spec.gateways, namespace).includes('mesh')) return []
  const claims = (other: GatewayRoute): boolean =>
    parentsOf(other).some(
      ({ kind, name, namespace: owner = other.metadata.namespace ?? '' }) =>
        kind === 'Service' && (route.spec.hosts ?? []).some(host => sameHost({ host, namespace }, { host: name, namespace: owner })),
    )
  return otherHttpRoutes({ subject, around })
    .filter(claims)
    .map(other => objection('route', 'refuse', failures.ROUTERS_MIXED({ httpRoute: objectName(other), route: objectName(route) })))
}

function hiddenEntries(route: VirtualService, subject: Subject): readonly PreflightFinding[] {
  const http = route.spec.http ?? []
  const hiding = hidingEntry(http)
  if (hiding === undefined) return []
  const by = http[hiding]?.name ?? `#${hiding}`
  return (managedEntries(route, subject) ?? [])
    .filter(({ index }) => index > hiding)
    .map(({ entry }) => objection('route', 'refuse', failures.ENTRY_HIDDEN({ route: objectName(route), entry, by })))
}

/** A split travels as routes, clusters and endpoints; a proxy that refuses one of them keeps its former ones, and ours never arrive. */
const carriers: readonly string[] = ['route', 'cluster', 'endpoint']

function rejectionFindings(facts: Facts): readonly PreflightFinding[] {
  return (facts.around.rejections ?? []).map(rejection => {
    const said = { ...rejection, proxy: `Proxy ${rejection.proxy}` }
    if (!carriers.includes(rejection.type)) return elsewhere(said, 'no split travels by it')
    if (!isOnTheWay(rejection, facts)) return elsewhere(said, 'no managed route leads there')
    return objection('route', 'refuse', failures.REJECTED_ALREADY(said))
  })
}

function elsewhere(said: RejectionSeen, why: string): PreflightFinding {
  return objection('route', 'warn', failures.REJECTED_ELSEWHERE({ ...said, why }))
}

function isOnTheWay({ proxy }: RejectionSeen, { subject, around }: Facts): boolean {
  if (isMeshBound(subject) || around.gatewayPods.unseen !== undefined) return true
  return around.gatewayPods.items.some(({ metadata }) => proxy === `${metadata.name}.${metadata.namespace ?? ''}`)
}
