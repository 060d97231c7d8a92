import type { KubernetesObject } from '#base/index.ts'
import { isIstio, type DestinationRule, type HeaderOperations, type HttpRoute, type VirtualService } from './objects.ts'

/** Something in an object that shows that its users have sessions: they are told apart from request to request. */
export interface SessionSign {
  /** `spec.trafficPolicy.loadBalancer.consistentHash.httpCookie`. */
  readonly path: string
  /** What it does, as the rest of a sentence that begins with the path. */
  readonly says: string
}

interface TrafficPolicy {
  readonly loadBalancer?: { readonly consistentHash?: ConsistentHash }
  readonly portLevelSettings?: readonly TrafficPolicy[]
}

interface ConsistentHash {
  readonly httpCookie?: { readonly name?: string }
  readonly httpHeaderName?: string
  readonly useSourceIp?: boolean
}

/** The signs of sessions in a Service, a DestinationRule or a VirtualService, in their order; none in other kinds. */
export function sessionSigns(object: KubernetesObject): readonly SessionSign[] {
  if (object.kind === 'Service' && object.apiVersion === 'v1') return serviceSigns(object)
  if (isIstio(object, 'DestinationRule')) return ruleSigns(object as DestinationRule)
  return isIstio(object, 'VirtualService') ? ((object as VirtualService).spec.http ?? []).flatMap(entrySigns) : []
}

function serviceSigns({ spec }: KubernetesObject): readonly SessionSign[] {
  const affinity = (spec as { readonly sessionAffinity?: string } | undefined)?.sessionAffinity
  return affinity === 'ClientIP' ? [{ path: 'spec.sessionAffinity', says: 'keeps each client on its pod' }] : []
}

function ruleSigns({ spec: { trafficPolicy, subsets = [] } }: DestinationRule): readonly SessionSign[] {
  return [
    ...policySigns(trafficPolicy as TrafficPolicy | undefined, 'spec.trafficPolicy'),
    ...subsets.flatMap((subset, i) => policySigns(subset.trafficPolicy as TrafficPolicy | undefined, `spec.subsets[${i}].trafficPolicy`)),
  ]
}

function policySigns(policy: TrafficPolicy | undefined, path: string): readonly SessionSign[] {
  const ports = (policy?.portLevelSettings ?? []).flatMap((port, i) => policySigns(port, `${path}.portLevelSettings[${i}]`))
  return [...hashSigns(policy?.loadBalancer?.consistentHash ?? {}, `${path}.loadBalancer.consistentHash`), ...ports]
}

/** A hash of a query parameter or of another header is for caches and shards as often as for sessions. */
function hashSigns({ httpCookie, httpHeaderName, useSourceIp }: ConsistentHash, path: string): readonly SessionSign[] {
  if (httpCookie) return [{ path: `${path}.httpCookie`, says: `keeps each session on its pod, by cookie ${httpCookie.name ?? ''}` }]
  if (httpHeaderName?.toLowerCase() === 'cookie') return [{ path: `${path}.httpHeaderName`, says: 'keeps each session on its pod' }]
  return useSourceIp === true ? [{ path: `${path}.useSourceIp`, says: 'keeps each client on its pod' }] : []
}

function entrySigns({ match = [], route = [], headers }: HttpRoute, index: number): readonly SessionSign[] {
  const path = `spec.http[${index}]`
  return [
    ...match.flatMap((each, i) =>
      Object.keys(each.headers ?? {}).some(isCookie)
        ? [{ path: `${path}.match[${i}].headers.cookie`, says: 'tells requests apart by a cookie' }]
        : [],
    ),
    ...cookieSet(headers, path),
    ...route.flatMap((row, i) => cookieSet(row.headers, `${path}.route[${i}]`)),
  ]
}

function isCookie(header: string): boolean {
  return header.toLowerCase() === 'cookie'
}

function cookieSet(headers: HeaderOperations | undefined, path: string): readonly SessionSign[] {
  return (['set', 'add'] as const).flatMap(how =>
    Object.keys(headers?.response?.[how] ?? {})
      .filter(name => name.toLowerCase() === 'set-cookie')
      .map(name => ({ path: `${path}.headers.response.${how}.${name}`, says: 'gives a cookie out' })),
  )
}
