import { canonicalHost, expandHost } from '../hosts.ts'
import { fullName, namespaceOf, type VirtualService } from '../objects.ts'
import { boundGateways, mesh } from '../routing/gateway-reference.ts'
import { virtualServicesOf, type Analyzer } from './analyzer.ts'

/** A host that a VirtualService gives to sidecars of a namespace, or of all. */
interface Claim {
  readonly service: VirtualService
  readonly index: number
  readonly host: string
  /** A namespace, or `*`. */
  readonly scope: string
}

/** Hosts that several VirtualServices have in the mesh: a sidecar uses the oldest alone. */
export const conflictingMeshHosts: Analyzer = config => {
  const claims = virtualServicesOf(config).flatMap(service => claimsOf(service, config.domain))
  return claims.flatMap(claim => {
    const others = claims.filter(
      other => other.service !== claim.service && other.host === claim.host && (other.scope === claim.scope || other.scope === '*'),
    )
    if (others.length === 0) return []
    const names = [...new Set(others.map(({ service }) => fullName(service)))].join(', ')
    const words = `${claim.host} stands in other VirtualServices of the mesh too (${names}): sidecars use the oldest alone`
    return [{ code: 'IST0109', object: claim.service, path: `spec.hosts[${claim.index}]`, words }]
  })
}

function claimsOf(service: VirtualService, domain?: string): readonly Claim[] {
  const namespace = namespaceOf(service)
  const { hosts = [], gateways, exportTo } = service.spec
  if (!boundGateways(gateways, namespace).includes(mesh)) return []
  const scopes = exportTo?.length ? exportTo.map(each => (each === '.' ? namespace : each)) : ['*']
  return hosts.flatMap((host, index) =>
    scopes.map(scope => ({ service, index, host: canonicalHost(expandHost(host, namespace, domain)), scope })),
  )
}
