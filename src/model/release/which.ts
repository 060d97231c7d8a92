import { objectName, type KubernetesObject } from '#base/index.ts'
import { istio, routeFailure, sameHost } from '#model/traffic/index.ts'
import { releaseFailures } from './failures.ts'
import type { Manifests, Release } from './release.ts'
import { selectsPods, specOf, type Labels } from './workload.ts'

/** The objects that carry a release's traffic, as its manifests (and a typed name) say. */
export interface Which {
  readonly workload: KubernetesObject
  readonly service: KubernetesObject
  readonly route: KubernetesObject
  readonly rule: KubernetesObject
  /** Host of the managed destination, as the route spells it. */
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
  return name !== undefined && !ofKind(manifests, 'VirtualService').some(object => object.metadata.name === name) ? name : undefined
}

/** Which object is the workload, the Service, the route and the rule; throws a Failure of the user's where that is not clear. */
export function whichIsWhich(release: Release, manifests: Manifests, elsewhere: Elsewhere = {}): Which {
  const route = theRoute(release, manifests, elsewhere)
  const rule = theRule(release, manifests)
  const services = [...ofKind(manifests, 'Service'), ...(elsewhere.service ? [elsewhere.service] : [])]
  const hosts = destinationHosts(route, release)
  const host = hosts.find(each => services.some(service => isHost(each, service, route))) ?? hosts[0] ?? ''
  const service = services.find(each => isHost(host, each, route))
  if (!service) throw releaseFailures.NO_SERVICE({ route: objectName(route), host })
  const ruleHost = (rule.spec as { readonly host?: string } | undefined)?.host ?? ''
  if (!isHost(ruleHost, service, rule)) throw releaseFailures.RULE_HOST({ rule: objectName(rule), ruleHost, host })
  return { route, rule, host, service, workload: theWorkload(service, release, manifests) }
}

function ofKind(manifests: Manifests, kind: string): readonly KubernetesObject[] {
  return (manifests.objects as unknown as readonly KubernetesObject[]).filter(object => object.kind === kind)
}

const names = (objects: readonly KubernetesObject[]): string => objects.map(object => object.metadata.name).join(', ') || 'none'

function theRoute(release: Release, manifests: Manifests, elsewhere: Elsewhere): KubernetesObject {
  const all = ofKind(manifests, 'VirtualService')
  if (release.virtualService !== undefined) {
    const typed = all.find(object => object.metadata.name === release.virtualService) ?? elsewhere.route
    if (!typed)
      throw releaseFailures.ROUTE_NOT_FOUND({ name: release.virtualService, namespace: release.namespace, candidates: names(all) })
    return typed
  }
  const managed = all.filter(isManaged)
  const [only] = managed
  if (!only) throw releaseFailures.NO_ROUTE({ service: release.service, candidates: names(all) })
  if (managed.length > 1) throw releaseFailures.SEVERAL_ROUTES({ service: release.service, routes: names(managed) })
  return only
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
  const entries = istio.readRoute(route, release.routes)
  if (entries.is === 'refused') throw routeFailure(route, entries.problem)
  return (entries.value[0]?.destinations ?? []).map(({ destination }) => destination.host)
}

function isHost(host: string, service: KubernetesObject, from: KubernetesObject): boolean {
  const namespace = from.metadata.namespace ?? service.metadata.namespace ?? ''
  return sameHost({ host, namespace }, { host: service.metadata.name, namespace: service.metadata.namespace ?? namespace })
}

function theWorkload(service: KubernetesObject, release: Release, manifests: Manifests): KubernetesObject {
  const selector = (service.spec as { readonly selector?: Labels } | undefined)?.selector ?? {}
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
