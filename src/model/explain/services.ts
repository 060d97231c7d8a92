import type { KubernetesObject } from '#base/index.ts'
import { expandHost, type KnownService } from '#model/traffic/index.ts'
import type { RoutingFacts } from './facts.ts'

/** The full name of a Service. */
export function hostOf({ metadata }: KubernetesObject): string {
  return expandHost(metadata.name, metadata.namespace ?? 'default')
}

export function portsOf({ spec }: KubernetesObject): readonly number[] {
  const { ports = [] } = (spec ?? {}) as { readonly ports?: readonly { readonly port: number }[] }
  return ports.map(({ port }) => port)
}

/** Its ports that have names. */
export function portsNamed(service: KubernetesObject | undefined): ReadonlyMap<string, number> {
  const { ports = [] } = (service?.spec ?? {}) as { readonly ports?: readonly { readonly name?: string; readonly port: number }[] }
  return new Map(ports.flatMap(({ name, port }) => (name === undefined ? [] : [[name, port] as const])))
}

interface ServiceEntrySpec {
  readonly hosts?: readonly string[]
  readonly ports?: readonly { readonly number: number }[]
}

/** Hosts that ServiceEntries bring into the mesh. */
export function externalHosts({ serviceEntries }: RoutingFacts): readonly string[] {
  return serviceEntries.items.flatMap(({ spec }) => (spec as ServiceEntrySpec).hosts ?? [])
}

/** What routes can name, as the mesh knows it. */
export function knownServices(facts: RoutingFacts): readonly KnownService[] {
  const own = facts.services.items.map((service): KnownService => {
    const { clusterIP = 'None' } = (service.spec ?? {}) as { readonly clusterIP?: string }
    return { host: hostOf(service), ports: portsOf(service), addresses: clusterIP === 'None' || clusterIP === '' ? [] : [clusterIP] }
  })
  const entries = facts.serviceEntries.items.flatMap(({ metadata, spec }) => {
    const { hosts = [], ports = [] } = spec as ServiceEntrySpec
    return hosts.map(host => ({ host, ports: ports.map(({ number }) => number), namespace: metadata.namespace ?? 'default' }))
  })
  return [...own, ...entries]
}
