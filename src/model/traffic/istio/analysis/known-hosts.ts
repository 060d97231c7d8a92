import type { KubernetesObject } from '#base/index.ts'
import { canonicalHost, expandHost } from '../hosts.ts'
import { isSubsetOf, isWildcard } from '../host-match.ts'
import { istioGroup, namespaceOf } from '../objects.ts'
import { isVisible } from '../routing/visibility.ts'
import type { Labels } from '../subsets.ts'
import type { AnalyzedConfig } from './analyzer.ts'

/** A name that requests can be sent to: of a Service, or of a ServiceEntry. */
export interface KnownHost {
  readonly host: string
  readonly namespace: string
  readonly exportTo: readonly string[]
  readonly ports: readonly number[]
  /** Of a Service: which pods stand behind it. */
  readonly selector?: Labels
}

/** By this annotation a Service says who may see it, as `exportTo` does for Istio's own objects. */
const exportAnnotation = 'networking.istio.io/exportTo'

/** Every host among the objects, by its full name. */
export function knownHosts({ objects, domain }: AnalyzedConfig): readonly KnownHost[] {
  return objects.flatMap(object => {
    if (object.apiVersion === 'v1' && object.kind === 'Service') return [serviceHost(object, domain)]
    return object.apiVersion.startsWith(`${istioGroup}/`) && object.kind === 'ServiceEntry' ? entryHosts(object, domain) : []
  })
}

function serviceHost(service: KubernetesObject, domain?: string): KnownHost {
  const spec = (service.spec ?? {}) as { readonly ports?: unknown; readonly selector?: Labels }
  const exported = service.metadata.annotations?.[exportAnnotation]
  return {
    host: expandHost(service.metadata.name, namespaceOf(service), domain),
    namespace: namespaceOf(service),
    exportTo: typeof exported === 'string' ? exported.split(',').map(each => each.trim()) : [],
    ports: list(spec.ports).flatMap(port => numberOf((port as { readonly port?: unknown } | null)?.port)),
    ...(spec.selector && { selector: spec.selector }),
  }
}

function entryHosts(entry: KubernetesObject, domain?: string): readonly KnownHost[] {
  const spec = (entry.spec ?? {}) as { readonly hosts?: unknown; readonly ports?: unknown; readonly exportTo?: unknown }
  const namespace = namespaceOf(entry)
  return list(spec.hosts).map(host => ({
    host: canonicalHost(expandHost(String(host), namespace, domain)),
    namespace,
    exportTo: list(spec.exportTo).map(String),
    ports: list(spec.ports).flatMap(port => numberOf((port as { readonly number?: unknown } | null)?.number)),
  }))
}

/** What a host means to an object of `namespace`: itself, or a wildcard that covers it. An object that is exported asks for its readers. */
export function findHost(
  known: readonly KnownHost[],
  host: string,
  from: { readonly namespace: string; readonly exportTo?: readonly string[] | undefined },
): KnownHost | undefined {
  const readers = from.exportTo?.length ? from.exportTo.map(each => (each === '.' ? from.namespace : each)) : [from.namespace]
  const exact = known.find(each => each.host === host && readers.some(reader => isVisible(each, reader)))
  return exact ?? known.find(each => isWildcard(each.host) && isSubsetOf(host, each.host) && isVisible(each, from.namespace))
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function numberOf(value: unknown): readonly number[] {
  return typeof value === 'number' ? [value] : []
}
