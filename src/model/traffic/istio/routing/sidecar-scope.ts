import { hostsOverlap, isSubsetOf } from '../host-match.ts'
import { namespaceOf, type Sidecar, type VirtualService } from '../objects.ts'
import type { RouteClient } from './routes.ts'
import type { KnownService } from './shares.ts'
import { fullHosts, type HostConfig } from './virtual-hosts.ts'

/** Where Istio is installed by default: a Sidecar there, without labels, is that of every namespace without one of its own. */
const rootNamespace = 'istio-system'

/** The Sidecar that counts for a client: one that selects it, else its namespace's, else that of the root namespace. */
export function sidecarOf(sidecars: readonly Sidecar[], { namespace, labels }: RouteClient): Sidecar | undefined {
  const oldest = sidecars.toSorted((a, b) => age(a) - age(b))
  const own = oldest.filter(one => namespaceOf(one) === namespace)
  const selecting = own.find(one => {
    const wanted = labelsOf(one)
    return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
  })
  const ofAll = (one: Sidecar): boolean => labelsOf(one).length === 0
  return selecting ?? own.find(ofAll) ?? oldest.find(one => namespaceOf(one) === rootNamespace && ofAll(one))
}

function age({ metadata }: Sidecar): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0
}

function labelsOf({ spec }: Sidecar): readonly (readonly [key: string, value: string])[] {
  return Object.entries(spec?.workloadSelector?.labels ?? {})
}

/** What a client may know on a port, by its Sidecar. */
export interface SidecarScope {
  /** One of its hosts is imported: then all of them count. */
  hasRoute(service: VirtualService): boolean
  hasService(service: KnownService): boolean
}

export function scopeOf(sidecar: Sidecar, client: RouteClient, domain: string): SidecarScope {
  const imports = importsOf(sidecar, client)
  const of = (namespace: string): readonly string[] => imports.flatMap(one => (one.takes(namespace) ? [one.host] : []))
  return {
    hasRoute: service => {
      const hosts = of(namespaceOf(service))
      return fullHosts(service, domain).some(host => hosts.some(imported => hostsOverlap(host, imported)))
    },
    hasService: service => {
      const namespace = service.namespace ?? namespaceIn(service.host, domain)
      return of(namespace).some(imported => isSubsetOf(service.host, imported))
    },
  }
}

/** What is left of a configuration for a client with this Sidecar. */
export function withinScope(config: HostConfig, scope: SidecarScope): HostConfig {
  return {
    ...config,
    virtualServices: config.virtualServices.filter(scope.hasRoute),
    services: config.services?.filter(scope.hasService),
  }
}

interface Import {
  readonly host: string
  takes(namespace: string): boolean
}

/** Without egress everything is known. Of entries with ports the first that has the client's counts, and no other; without any, nothing is known. */
function importsOf({ metadata, spec }: Sidecar, client: RouteClient): readonly Import[] {
  const egress = spec?.egress?.length ? spec.egress : [{ hosts: ['*/*'] }]
  const entry = egress.find(({ port }) => !port?.number || port.number === client.port)
  return (entry?.hosts ?? []).flatMap(text => {
    const slash = text.indexOf('/')
    const [namespace, host] = [text.slice(0, slash), text.slice(slash + 1).toLowerCase()]
    if (slash < 0 || namespace === '~') return []
    const wanted = namespace === '.' ? (metadata.namespace ?? 'default') : namespace
    return [{ host, takes: of => wanted === '*' || wanted === of }]
  })
}

/** `shop` of `cart.shop.svc.cluster.local`. */
function namespaceIn(host: string, domain: string): string {
  return host.endsWith(`.svc.${domain}`) ? (host.split('.')[1] ?? '') : ''
}
