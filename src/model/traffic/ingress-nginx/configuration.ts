// 1. A Service and port is one upstream, wherever it is named: a canary of it is one for every host and path that leads to it.
// 2. Only the first canary of an upstream counts. A canary that finds no main path of its host, path and type is nothing.
import { canaryPolicyOf, type CanaryPolicy } from './canary.ts'
import { ingressesByAge, type Ingress, type IngressBackend, type IngressPath } from './objects.ts'

/** A Service and its port, by number or by name. */
export interface NginxUpstream {
  /** `shop-cart-80`. */
  readonly name: string
  readonly namespace: string
  readonly service: string
  readonly port: number | string
}

/** One path of a host. */
export interface NginxLocation {
  readonly path: string
  readonly pathType: string
  readonly upstream: NginxUpstream
  /** `namespace/name` of the Ingress it comes from. */
  readonly ingress: string
}

/** Requests that leave an upstream for another one. */
export interface NginxCanary {
  readonly upstream: NginxUpstream
  readonly policy: CanaryPolicy
  /** `namespace/name` of the canary Ingress. */
  readonly ingress: string
}

/** What ingress-nginx makes of all Ingresses that it serves. */
export interface NginxConfiguration {
  /** Host (`*` for every other one) → its locations, the longest path first, exact before others. */
  readonly servers: ReadonlyMap<string, readonly NginxLocation[]>
  /** Name of an upstream → its canary. */
  readonly canaries: ReadonlyMap<string, NginxCanary>
}

export function nginxConfiguration(ingresses: readonly Ingress[]): NginxConfiguration {
  const ordered = ingressesByAge(ingresses)
  const servers = serversOf(ordered.filter(ingress => !canaryPolicyOf(ingress)))
  return { servers, canaries: canariesOf(ordered, servers) }
}

function serversOf(mains: readonly Ingress[]): ReadonlyMap<string, readonly NginxLocation[]> {
  const servers = new Map<string, NginxLocation[]>()
  const claim = (host: string, location: NginxLocation): void => {
    const locations = servers.get(host) ?? []
    servers.set(host, locations)
    if (!locations.some(({ path, pathType }) => path === location.path && pathType === location.pathType)) locations.push(location)
  }
  for (const ingress of mains)
    for (const { host, path, pathType, backend } of pathsOf(ingress)) {
      const upstream = upstreamOf(backend, ingress)
      if (upstream) claim(host, { path, pathType, upstream, ingress: nameOf(ingress) })
    }
  // What an Ingress does with all other requests comes behind every path that somebody names.
  for (const ingress of mains) {
    const upstream = ingress.spec.defaultBackend && upstreamOf(ingress.spec.defaultBackend, ingress)
    const hosts = (ingress.spec.rules ?? []).map(hostOf)
    const rest = { path: '/', pathType: 'Prefix', ingress: nameOf(ingress) }
    if (upstream) for (const host of hosts.length > 0 ? hosts : ['*']) claim(host, { ...rest, upstream })
  }
  return new Map([...servers].map(([host, locations]) => [host, locations.toSorted(byPath)]))
}

function byPath(a: NginxLocation, b: NginxLocation): number {
  return Number(b.pathType === 'Exact') - Number(a.pathType === 'Exact') || b.path.length - a.path.length
}

function canariesOf(ordered: readonly Ingress[], servers: ReadonlyMap<string, readonly NginxLocation[]>): ReadonlyMap<string, NginxCanary> {
  const canaries = new Map<string, NginxCanary>()
  const policies = new Map<string, CanaryPolicy>()
  for (const ingress of ordered) {
    const policy = canaryPolicyOf(ingress)
    if (!policy) continue
    for (const wanted of canaryPathsOf(ingress)) {
      const upstream = upstreamOf(wanted.backend, ingress)
      const main = upstream && mainOf(wanted, upstream, servers.get(wanted.host) ?? [])
      if (!upstream || !main) continue
      // A policy belongs to the Service: the first Ingress that names it says how it is chosen.
      const first = policies.get(upstream.name) ?? policy
      policies.set(upstream.name, first)
      if (!canaries.has(main.upstream.name)) canaries.set(main.upstream.name, { upstream, policy: first, ingress: nameOf(ingress) })
    }
  }
  return canaries
}

/** The main path that a canary path meets. Where the canary's own Service is met before as a main one, the search ends. */
function mainOf(wanted: WantedPath, upstream: NginxUpstream, locations: readonly NginxLocation[]): NginxLocation | undefined {
  for (const location of locations) {
    if (location.upstream.name === upstream.name) return undefined
    if (location.path === wanted.path && location.pathType === wanted.pathType) return location
  }
  return undefined
}

type WantedPath = Required<Pick<IngressPath, 'path' | 'pathType' | 'backend'>> & { readonly host: string }

function pathsOf(ingress: Ingress): readonly WantedPath[] {
  return (ingress.spec.rules ?? []).flatMap(rule =>
    (rule.http?.paths ?? []).map(({ path, pathType, backend }) => ({
      host: hostOf(rule),
      path: path || '/',
      pathType: pathType ?? 'ImplementationSpecific',
      backend,
    })),
  )
}

function canaryPathsOf(ingress: Ingress): readonly WantedPath[] {
  const { defaultBackend } = ingress.spec
  return [...(defaultBackend ? [{ host: '*', path: '/', pathType: 'Prefix', backend: defaultBackend }] : []), ...pathsOf(ingress)]
}

function hostOf({ host }: { readonly host?: string }): string {
  return host ? host.toLowerCase() : '*'
}

function upstreamOf({ service }: IngressBackend, { metadata }: Ingress): NginxUpstream | undefined {
  const port = service?.port?.name ?? service?.port?.number
  if (!service || port === undefined) return undefined
  const namespace = metadata.namespace ?? 'default'
  return { name: `${namespace}-${service.name}-${port}`, namespace, service: service.name, port }
}

function nameOf({ metadata }: Ingress): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`
}
