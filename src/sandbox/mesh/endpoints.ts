import type { KubernetesObject } from '#base/index.ts'
import type { EndpointSlice } from './resources.ts'

/** istiod's numbers for the health of an endpoint. */
export const health = { healthy: 1, unhealthy: 2, terminating: 4 } as const

/** One address of a Service, as istiod's index has it. */
export interface Endpoint {
  readonly ip: string
  readonly port: number
  /** Name of the Service's port; empty where it has none. */
  readonly portName: string
  readonly health: (typeof health)[keyof typeof health]
  /** Of the pod: subsets select by them. */
  readonly labels: Readonly<Record<string, string>>
  readonly namespace: string
  readonly workload: string
  readonly pod: string
  readonly node: string
}

/** The endpoints of a Service, from its slices and the pods that istiod knows; an address whose pod it does not know yet waits. */
export function endpointsOf(slices: readonly EndpointSlice[], podAt: (ip: string) => KubernetesObject | undefined): readonly Endpoint[] {
  const found = slices.flatMap(slice =>
    (slice.ports ?? []).flatMap(port => (slice.endpoints ?? []).map(one => endpointOf(port, one, podAt))),
  )
  return [...new Map(found.flatMap(endpoint => (endpoint ? [[addressOf(endpoint), endpoint] as const] : []))).values()]
}

type Port = NonNullable<EndpointSlice['ports']>[number]
type Listed = NonNullable<EndpointSlice['endpoints']>[number]

function endpointOf(port: Port, listed: Listed, podAt: (ip: string) => KubernetesObject | undefined): Endpoint | undefined {
  const ip = listed.addresses[0] ?? ''
  const pod = podAt(ip)
  if (!pod || port.port === undefined) return undefined
  return {
    ip,
    port: port.port,
    portName: port.name ?? '',
    health: healthOf(listed.conditions),
    labels: pod.metadata.labels ?? {},
    namespace: pod.metadata.namespace ?? '',
    workload: workloadOf(pod),
    pod: pod.metadata.name,
    node: listed.nodeName ?? '',
  }
}

function healthOf(conditions: { readonly ready?: boolean; readonly terminating?: boolean } = {}): Endpoint['health'] {
  if (conditions.ready !== false) return health.healthy
  return conditions.terminating ? health.terminating : health.unhealthy
}

/** The name of what made a pod, as Istio's metrics call it: a Deployment's name, without the ReplicaSet's hash. */
export function workloadOf({ metadata }: KubernetesObject): string {
  const owner = metadata.ownerReferences?.find(reference => reference.controller)
  const hash = metadata.labels?.['pod-template-hash']
  const name = owner?.name ?? metadata.name
  return hash && name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name
}

/**
 * Whether a change of a Service's endpoints is pushed: not for newcomers that are not healthy yet.
 * Without any endpoint left it is always pushed.
 */
export function endpointsCausePush(before: readonly Endpoint[] | undefined, now: readonly Endpoint[]): boolean {
  if (!before || now.length === 0) return true
  const old = new Map(before.map(endpoint => [addressOf(endpoint), endpoint]))
  const kept = new Set(now.map(addressOf))
  if (before.some(endpoint => !kept.has(addressOf(endpoint)))) return true
  return now.some(endpoint => {
    const same = old.get(addressOf(endpoint))
    return same ? JSON.stringify(same) !== JSON.stringify(endpoint) : endpoint.health !== health.unhealthy
  })
}

function addressOf({ ip, port }: Endpoint): string {
  return `${ip}:${port}`
}
