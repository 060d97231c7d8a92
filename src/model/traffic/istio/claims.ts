import { canonicalHost, expandHost } from './hosts.ts'
import { fullName, namespaceOf, type HttpRoute, type IstioDestination, type VirtualService } from './objects.ts'
import { entryLabel } from '../routers/choice.ts'
import { boundGateways, mesh } from './routing/gateway-reference.ts'
import { byAge } from './routing/routes.ts'

/** Another VirtualService that has one of our hosts at a gateway (or the mesh) where ours has it too. */
export interface Claim {
  /** `namespace/name`. */
  readonly virtualService: string
  readonly hosts: readonly string[]
  readonly gateways: readonly string[]
  /** Its routes are asked before ours; in the mesh ours are then not asked at all. */
  readonly before: boolean
}

/** Who else claims hosts of a VirtualService. */
export function claimsOnHosts(service: VirtualService, others: readonly VirtualService[], domain?: string): readonly Claim[] {
  return others
    .filter(other => !isSame(other, service))
    .flatMap(other => {
      const hosts = hostsOf(other, domain).filter(host => hostsOf(service, domain).includes(host))
      const gateways = gatewaysOf(other).filter(gateway => gatewaysOf(service).includes(gateway))
      return hosts.length > 0 && gateways.length > 0
        ? [{ virtualService: fullName(other), hosts, gateways, before: byAge(other, service) < 0 }]
        : []
    })
}

/** A way to a host's pods that does not lead through the managed entries: there, requests are shared out by the number of pods. */
export type Bypass =
  /** The managed VirtualService is bound to gateways only: clients in the mesh call the Service itself. */
  | { readonly is: 'mesh'; readonly virtualService: string }
  /** An entry that leads to the host without a subset. */
  | { readonly is: 'entry' | 'mirror'; readonly virtualService: string; readonly entry: string }

/** Every bypass that the given VirtualServices show. `managed` are the labels of the managed entries (`#index` where they have no name). */
export function bypasses(
  service: VirtualService,
  {
    host,
    managed,
    others,
    domain,
  }: { readonly host: string; readonly managed: readonly string[]; readonly others: readonly VirtualService[]; readonly domain?: string },
): readonly Bypass[] {
  const full = canonicalHost(expandHost(host, namespaceOf(service), domain))
  const inMesh = [service, ...others].some(each => gatewaysOf(each).includes(mesh) && hostsOf(each, domain).includes(full))
  const entries = [service, ...others.filter(other => !isSame(other, service))].flatMap(each =>
    unsplit(each, full, isSame(each, service) ? managed : [], domain),
  )
  return [...(inMesh ? [] : [{ is: 'mesh' as const, virtualService: fullName(service) }]), ...entries]
}

function unsplit(service: VirtualService, full: string, managed: readonly string[], domain?: string): readonly Bypass[] {
  const leads = ({ host, subset }: IstioDestination): boolean =>
    !subset && canonicalHost(expandHost(host, namespaceOf(service), domain)) === full
  return (service.spec.http ?? []).flatMap((entry, index): readonly Bypass[] => {
    const place = { virtualService: fullName(service), entry: entryLabel(entry, index) }
    const routed = !managed.includes(place.entry) && (entry.route ?? []).some(row => leads(row.destination))
    return [
      ...(routed ? [{ is: 'entry' as const, ...place }] : []),
      ...(mirrors(entry).some(leads) ? [{ is: 'mirror' as const, ...place }] : []),
    ]
  })
}

function mirrors(entry: HttpRoute): readonly IstioDestination[] {
  return [...(entry.mirror ? [entry.mirror] : []), ...(entry.mirrors ?? []).map(({ destination }) => destination)]
}

function hostsOf(service: VirtualService, domain?: string): readonly string[] {
  return (service.spec.hosts ?? []).map(host => canonicalHost(expandHost(host, namespaceOf(service), domain)))
}

function gatewaysOf(service: VirtualService): readonly string[] {
  return boundGateways(service.spec.gateways, namespaceOf(service))
}

function isSame(a: VirtualService, b: VirtualService): boolean {
  return fullName(a) === fullName(b)
}
