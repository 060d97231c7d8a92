import { expandHost } from '../istio/hosts.ts'
import type { KnownService } from '../istio/routing/shares.ts'
import { gatewayApiGroup, namespaceOf, type BackendRef, type GatewayRoute, type ReferenceGrant } from './objects.ts'

/** What a backendRef leads to. What is invalid keeps its share of the requests, which are answered 500. */
export type Backend =
  /** `host` is the Service's full name. */
  | { readonly is: 'service'; readonly host: string; readonly port: number }
  | { readonly is: 'invalid'; readonly reason: BackendProblem; readonly message: string }

/** Reasons of the condition `ResolvedRefs`. */
export type BackendProblem = 'InvalidKind' | 'RefNotPermitted' | 'BackendNotFound'

/** What there is for routes to name. */
export interface BackendWorld {
  readonly grants: readonly ReferenceGrant[]
  /** Where left out, every Service is taken to be there. */
  readonly services?: readonly KnownService[]
  /** `cluster.local` where left out. */
  readonly domain?: string
}

/** What a backendRef of a route leads to. */
export function resolveBackend(ref: BackendRef, route: GatewayRoute, world: BackendWorld): Backend {
  const { group = '', kind = 'Service', name, namespace = namespaceOf(route) } = ref
  if (group !== '' || kind !== 'Service')
    return invalid('InvalidKind', `referencing unsupported backendRef: group "${group}" kind "${kind}"`)
  if (!mayName(route, { namespace, name }, world.grants)) {
    const words = `not accessible to a ${route.kind} in namespace "${namespaceOf(route)}" (missing a ReferenceGrant?)`
    return invalid('RefNotPermitted', `backendRef ${name}/${namespace} ${words}`)
  }
  return findService(expandHost(name, namespace, world.domain), ref.port, world.services)
}

function findService(host: string, port: number | undefined, services: readonly KnownService[] | undefined): Backend {
  const notFound = (words: string): Backend => invalid('BackendNotFound', `backend(${host}) ${words}`)
  if (port === undefined) return notFound('has no port')
  if (!services) return { is: 'service', host, port }
  const service = services.find(one => one.host === host)
  if (!service) return notFound('not found')
  return service.ports.includes(port) ? { is: 'service', host, port } : notFound(`has no port ${port}`)
}

function invalid(reason: BackendProblem, message: string): Backend {
  return { is: 'invalid', reason, message }
}

interface ServiceName {
  readonly namespace: string
  readonly name: string
}

/** A route may name the Services of its own namespace, and of others that grant it. */
function mayName(route: GatewayRoute, service: ServiceName, grants: readonly ReferenceGrant[]): boolean {
  const namespace = namespaceOf(route)
  return namespace === service.namespace || grants.some(grant => permits(grant, { kind: route.kind, namespace }, service))
}

function permits(
  { metadata, spec }: ReferenceGrant,
  route: { readonly kind: string; readonly namespace: string },
  service: ServiceName,
): boolean {
  const from = spec.from.some(one => one.group === gatewayApiGroup && one.kind === route.kind && one.namespace === route.namespace)
  const to = spec.to.some(one => one.group === '' && one.kind === 'Service' && (one.name ?? service.name) === service.name)
  return metadata.namespace === service.namespace && from && to
}
