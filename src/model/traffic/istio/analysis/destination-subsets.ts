import { canonicalHost, expandHost } from '../hosts.ts'
import { namespaceOf, type DestinationRule } from '../objects.ts'
import { subsetsOf } from '../subsets.ts'
import { destinationRulesOf, virtualServicesOf, type Analyzer } from './analyzer.ts'
import { destinationsOf } from './destinations.ts'

/** Subsets that no DestinationRule for their host has. */
export const destinationSubsets: Analyzer = config => {
  const rules = destinationRulesOf(config)
  const fullHost = (host: string, namespace: string): string => canonicalHost(expandHost(host, namespace, config.domain))
  return virtualServicesOf(config).flatMap(service =>
    destinationsOf(service).flatMap(({ path, destination: { host, subset } }) => {
      if (!subset) return []
      const full = fullHost(host, namespaceOf(service))
      const own = rules.filter(rule => fullHost(rule.spec.host, namespaceOf(rule)) === full)
      if (own.some(rule => subsetsOf(rule).some(({ name }) => name === subset))) return []
      const words = `no DestinationRule for ${host} has a subset ${subset}${there(own)}: its share would get 503`
      const message = { code: 'IST0101', object: service, path: `${path}.subset`, words } as const
      return [own.length > 0 ? message : { ...message, missing: { kind: 'DestinationRule', namespace: namespaceOf(service) } }]
    }),
  )
}

function there(rules: readonly DestinationRule[]): string {
  const names = rules.flatMap(rule => subsetsOf(rule).map(({ name }) => name))
  return names.length > 0 ? ` (there are: ${names.join(', ')})` : ''
}
