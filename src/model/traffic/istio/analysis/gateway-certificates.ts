import { fullName } from '../objects.ts'
import { selects } from '../subsets.ts'
import { gatewaysOf, type Analyzer } from './analyzer.ts'

/** One certificate on several Gateways of the same pods: browsers reuse a connection of one for hosts of the other, and get 404. */
export const gatewayCertificates: Analyzer = config => {
  const all = gatewaysOf(config).flatMap(gateway =>
    (gateway.spec.servers ?? []).flatMap(({ tls }, index) => (tls?.credentialName ? [{ gateway, index, name: tls.credentialName }] : [])),
  )
  return all.flatMap(({ gateway, index, name }) => {
    const others = all.filter(
      other => other.gateway !== gateway && other.name === name && selects(gateway.spec.selector ?? {}, other.gateway.spec.selector ?? {}),
    )
    if (others.length === 0) return []
    const words = `certificate ${name} is also used by ${[...new Set(others.map(other => fullName(other.gateway)))].join(', ')}`
    return [{ code: 'IST0138', object: gateway, path: `spec.servers[${index}].tls.credentialName`, words }]
  })
}
