import { canonicalJson } from '#base/index.ts'
import { hostsOverlap } from '../host-match.ts'
import { fullName, type Gateway, type GatewayServer } from '../objects.ts'
import { gatewaysOf, type Analyzer } from './analyzer.ts'

/** Gateways for the same pods that have one host on one port: which of them answers is not defined. */
export const conflictingGateways: Analyzer = config => {
  const gateways = gatewaysOf(config)
  return gateways.flatMap(gateway => {
    const others = gateways.filter(other => other !== gateway && isForSamePods(gateway, other))
    const clashing = others.filter(other => clash(gateway, other) !== undefined)
    const [first] = clashing
    if (!first) return []
    const names = clashing.map(fullName).join(', ')
    const words = `has a host on a port that other Gateways for the same pods have too (${names})`
    return [{ code: 'IST0145', object: gateway, path: `spec.servers[${clash(gateway, first) ?? 0}]`, words }]
  })
}

function isForSamePods(a: Gateway, b: Gateway): boolean {
  return canonicalJson(a.spec.selector ?? {}) === canonicalJson(b.spec.selector ?? {})
}

/** Index of the first server of `gateway` that stands against one of the other. */
function clash(gateway: Gateway, other: Gateway): number | undefined {
  const found = (gateway.spec.servers ?? []).findIndex(server => (other.spec.servers ?? []).some(each => isSame(server, each)))
  return found < 0 ? undefined : found
}

function isSame(a: GatewayServer, b: GatewayServer): boolean {
  if (!a.port || a.port.number !== b.port?.number || (a.bind ?? '') !== (b.bind ?? '')) return false
  return a.hosts.some(host => b.hosts.some(other => hostsOverlap(host, other)))
}
