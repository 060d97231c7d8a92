import { objectName, type KubernetesObject } from '#base/index.ts'
import { routeFailure, routerOf, sameHost, serviceSelector } from '#model/traffic/index.ts'
import { releaseFailures } from './failures.ts'
import { routerFor } from './holders.ts'
import type { Manifests, Release } from './release.ts'
import { selectsPods, specOf } from './workload.ts'

/** The objects that carry a release's traffic, as its manifests (and a typed name) say. */
export interface Which {
  readonly workload: KubernetesObject
  readonly service: KubernetesObject
  /** The managed routes, in the order in which they are written. */
  readonly routes: readonly KubernetesObject[]
  /** The rule whose subsets name the sides; undefined where each side is a Service of its own. */
  readonly rule: KubernetesObject | undefined
  /** A Service of the manifests through which the new version is looked at. */
  readonly stage: KubernetesObject | undefined
  /** Host of the managed destination, as the first route spells it. */
  readonly host: string
}

/** Objects that the manifests do not hold, read from the cluster: a VirtualService under a typed name, a Service of another owner. */
export interface Elsewhere {
  readonly route?: KubernetesObject
  readonly service?: KubernetesObject
}

const MANAGED = ['sluice.dev/managed', 'harness.io/managed'] as const

/** `"true"` alone means managed; every other text counts as absent. */
export function isManaged(object: KubernetesObject): boolean {
  return MANAGED.some(key => object.metadata.annotations?.[key] === 'true')
}

/** Names of what must be read from the cluster before {@link whichIsWhich} can tell. */
export function typedRoute(release: Release, manifests: Manifests): string | undefined {
  const name = release.virtualService
  return name !== undefined && !routesIn(manifests).some(object => object.metadata.name === name) ? name : undefined
}

/** Which object is the workload, the Service, the route and the rule; throws a Failure of the user's where that is not clear. */
export function whichIsWhich(release: Release, manifests: Manifests, elsewhere: Elsewhere = {}): Which {
  const routes = theRoutes(release, manifests, elsewhere)
  const bySubset = release.isolate !== true && release.blueGreen !== true && routes.every(route => routerFor(route).can.subsets)
  const rule = bySubset ? theRule(release, manifests) : undefined
  const services = [...ofKind(manifests, 'Service').filter(each => !isStage(each)), ...(elsewhere.service ? [elsewhere.service] : [])]
  const { host, service } = theService(routes, services, release)
  const ruleHost = (rule?.spec as { readonly host?: string } | undefined)?.host ?? ''
  if (rule && !isHost(ruleHost, service, rule)) throw releaseFailures.RULE_HOST({ rule: objectName(rule), ruleHost, host })
  return {
    routes,
    rule,
    host,
    service,
    stage: ofKind(manifests, 'Service').find(isStage),
    workload: theWorkload(service, release, manifests),
  }
}

/** The Service that every managed route sends to, and its host as the first of them spells it. */
function theService(
  routes: readonly KubernetesObject[],
  services: readonly KubernetesObject[],
  release: Release,
): { readonly host: string; readonly service: KubernetesObject } {
  const ours = routes.map(route => {
    const hosts = destinationHosts(route, release)
    const host = hosts.find(each => services.some(service => isHost(each, service, route))) ?? hosts[0] ?? ''
    const service = services.find(each => isHost(host, each, route))
    if (!service) throw releaseFailures.NO_SERVICE({ route: objectName(route), host })
    return { route, host, service }
  })
  const [first] = ours
  if (!first) throw releaseFailures.NO_ROUTE({ service: release.service, candidates: 'none' })
  const other = ours.find(each => each.service !== first.service)
  if (other)
    throw releaseFailures.ROUTES_APART({
      routes: `${objectName(first.route)} and ${objectName(other.route)}`,
      hosts: `${first.host} and ${other.host}`,
    })
  return first
}

function ofKind(manifests: Manifests, kind: string): readonly KubernetesObject[] {
  return (manifests.objects as unknown as readonly KubernetesObject[]).filter(object => object.kind === kind)
}

const names = (objects: readonly KubernetesObject[]): string => objects.map(object => object.metadata.name).join(', ') || 'none'

/** A typed name is the one route; else those with the annotation: one, or as many as the service says. */
function theRoutes(release: Release, manifests: Manifests, elsewhere: Elsewhere): readonly KubernetesObject[] {
  const all = routesIn(manifests)
  if (release.virtualService !== undefined) {
    const typed = all.find(object => object.metadata.name === release.virtualService) ?? elsewhere.route
    if (!typed)
      throw releaseFailures.ROUTE_NOT_FOUND({ name: release.virtualService, namespace: release.namespace, candidates: names(all) })
    return [typed]
  }
  const managed = all.filter(isManaged)
  if (managed.length === 0 && release.blueGreen) return [theFlippedService(release, manifests)]
  if (managed.length === 0) throw releaseFailures.NO_ROUTE({ service: release.service, candidates: names(all) })
  if (release.managed === 'all' || (managed.length === 1 && release.managed === undefined)) return managed
  if (release.managed === undefined) throw releaseFailures.SEVERAL_ROUTES({ service: release.service, routes: names(managed) })
  return release.managed.map(name => {
    const named = all.find(object => object.metadata.name === name)
    if (!named) throw releaseFailures.ROUTE_NOT_FOUND({ name, namespace: release.namespace, candidates: names(all) })
    return named
  })
}

/** The managed Service, or the one that selects pods, stage Services apart. */
function theFlippedService(release: Release, manifests: Manifests): KubernetesObject {
  const all = ofKind(manifests, 'Service').filter(object => Object.keys(serviceSelector(object)).length > 0 && !isStage(object))
  const managed = all.filter(isManaged)
  const [only, another] = managed.length > 0 ? managed : all
  if (!only || another) throw releaseFailures.NO_FLIPPED_SERVICE({ service: release.service, candidates: names(all) })
  return only
}

const STAGE = ['sluice.dev/stage-service', 'harness.io/stage-service'] as const

/** A Service of the user's own through which the new version is looked at before it gets traffic. */
export function isStage(object: KubernetesObject): boolean {
  return STAGE.some(key => object.metadata.annotations?.[key] === 'true')
}

/** Objects of the manifests that some router can divide requests in. */
export function routesIn(manifests: Manifests): readonly KubernetesObject[] {
  return (manifests.objects as unknown as readonly KubernetesObject[]).filter(object => routerOf(object)?.can.shares === true)
}

function theRule(release: Release, manifests: Manifests): KubernetesObject {
  const all = ofKind(manifests, 'DestinationRule')
  const managed = all.filter(isManaged)
  const [only] = managed
  if (!only) throw releaseFailures.NO_RULE({ service: release.service, candidates: names(all) })
  if (managed.length > 1) throw releaseFailures.SEVERAL_RULES({ service: release.service, rules: names(managed) })
  return only
}

/** Hosts that the first managed entry sends to, in its order. The one of the release's own Service is ours, others are foreign. */
export function destinationHosts(route: KubernetesObject, release: Release): readonly string[] {
  const entries = routerFor(route).readRoute(route, release.routes)
  if (entries.is === 'refused') throw routeFailure(route, entries.problem)
  return (entries.value[0]?.destinations ?? []).map(({ destination }) => destination.host)
}

function isHost(host: string, service: KubernetesObject, from: KubernetesObject): boolean {
  const namespace = from.metadata.namespace ?? service.metadata.namespace ?? ''
  return sameHost({ host, namespace }, { host: service.metadata.name, namespace: service.metadata.namespace ?? namespace })
}

function theWorkload(service: KubernetesObject, release: Release, manifests: Manifests): KubernetesObject {
  const selector = serviceSelector(service)
  const behind = (kind: string): readonly KubernetesObject[] =>
    ofKind(manifests, kind).filter(object => selectsPods(selector, specOf(object).template?.metadata?.labels ?? {}))
  const candidates = behind('Deployment')
  if (release.workload !== undefined) {
    const named = candidates.find(object => object.metadata.name === release.workload)
    if (!named)
      throw releaseFailures.WORKLOAD_NOT_FOUND({ name: release.workload, service: objectName(service), candidates: names(candidates) })
    return named
  }
  const [only] = candidates
  const others = [...behind('StatefulSet'), ...behind('DaemonSet')]
  if (others[0]) throw releaseFailures.WRONG_KIND({ workload: objectName(others[0]), service: objectName(service) })
  if (!only) throw releaseFailures.NO_WORKLOAD({ service: objectName(service), deployments: names(ofKind(manifests, 'Deployment')) })
  if (candidates.length > 1) throw releaseFailures.SEVERAL_WORKLOADS({ service: objectName(service), workloads: names(candidates) })
  return only
}
