import { canonicalHost, defaultDomain, expandHost } from '../hosts.ts'
import { namespaceOf, type IstioDestination, type VirtualService } from '../objects.ts'
import { virtualServicesOf, type Analyzer, type AnalyzerMessage } from './analyzer.ts'
import { destinationsOf, type PlacedDestination } from './destinations.ts'
import { findHost, knownHosts, type KnownHost } from './known-hosts.ts'

/** Destinations that no Service or ServiceEntry stands behind, and ports that it does not have or that are not said. */
export const destinationHosts: Analyzer = config => {
  const known = knownHosts(config)
  const { domain = defaultDomain } = config
  return virtualServicesOf(config).flatMap(service =>
    destinationsOf(service).flatMap(each => destinationMessages(service, each, known, domain)),
  )
}

function destinationMessages(
  service: VirtualService,
  at: PlacedDestination,
  known: readonly KnownHost[],
  domain: string,
): AnalyzerMessage[] {
  const { host } = at.destination
  const namespace = namespaceOf(service)
  const full = canonicalHost(expandHost(host, namespace, domain))
  const found = findHost(known, full, { namespace, exportTo: service.spec.exportTo })
  if (found) return portMessages(service, at, found)
  const path = `${at.path}.host`
  const half = halfName(full, known, domain)
  if (half) {
    const words = `host ${host} is no Service: a name with a dot is taken as it stands; write ${half}`
    return [{ code: 'IST0101', object: service, path, words }]
  }
  const words = `no Service or ServiceEntry stands behind ${at.is === 'mirror' ? 'the mirror' : 'host'} ${host || '(none)'}`
  return [{ code: 'IST0101', object: service, path, words, missing: { kind: 'Service', ...serviceNamespace(full, domain) } }]
}

function portMessages(service: VirtualService, { path, destination }: PlacedDestination, found: KnownHost): AnalyzerMessage[] {
  const { host } = destination
  const number = portOf(destination)
  const ports = found.ports.join(', ')
  if (number === undefined) {
    if (found.ports.length < 2) return []
    return [{ code: 'IST0112', object: service, path, words: `${host} has the ports ${ports}, and none of them is named (port.number)` }]
  }
  if (found.ports.includes(number)) return []
  const words = `${host} has no port ${number}; it has ${ports || 'none'}`
  return [{ code: 'IST0101', object: service, path: `${path}.port.number`, words }]
}

function portOf({ port }: IstioDestination): number | undefined {
  return port?.number
}

/** The full name of the Service that `cart.shop` is written for; undefined where there is none. */
function halfName(host: string, known: readonly KnownHost[], domain: string): string | undefined {
  const full = `${host.replace(/\.svc$/, '')}.svc.${domain}`
  return host.includes('.') && known.some(each => each.host === full) ? full : undefined
}

/** Where the Service of a full name must be. */
export function serviceNamespace(host: string, domain: string): { readonly namespace?: string } {
  const [, namespace] = host.endsWith(`.svc.${domain}`) ? host.split('.') : []
  return namespace === undefined ? {} : { namespace }
}
