import type { Destination } from '../../destination.ts'
import { istioGroup, istioVersions, type VirtualService } from '../objects.ts'
import type { AnalyzedConfig, Analyzer, AnalyzerMessage } from './analyzer.ts'
import { namedGateways } from './named-gateways.ts'
import { conflictingGateways } from './conflicting-gateways.ts'
import { conflictingMeshHosts } from './conflicting-mesh-hosts.ts'
import { destinationHosts } from './destination-hosts.ts'
import { destinationSubsets } from './destination-subsets.ts'
import { gatewayCertificates } from './gateway-certificates.ts'
import { gatewayPorts } from './gateway-ports.ts'
import { ruleCertificates } from './rule-certificates.ts'
import { ruleTargets } from './rule-targets.ts'
import { schema } from './schema.ts'

/** Those that look at objects beside each other. */
const analyzers: readonly Analyzer[] = [
  destinationHosts,
  destinationSubsets,
  namedGateways,
  conflictingMeshHosts,
  ruleTargets,
  ruleCertificates,
  gatewayPorts,
  conflictingGateways,
  gatewayCertificates,
]

/**
 * Everything that `istioctl analyze` knows about VirtualServices, DestinationRules and Gateways. An object that istiod would refuse is not
 * looked at further, and nothing is called missing that it might have been.
 */
export function analyzeIstio(config: AnalyzedConfig): readonly AnalyzerMessage[] {
  const own = schema(config)
  const refused = new Set(own.filter(({ code }) => code === 'IST0106').map(({ object }) => object))
  const kinds = new Set([...refused].map(({ kind }) => kind))
  const sound = { ...config, objects: config.objects.filter(object => !refused.has(object)) }
  const across = analyzers.flatMap(analyzer => analyzer(sound)).filter(({ missing }) => !missing || !kinds.has(missing.kind))
  return [...own, ...across]
}

/** A message about one of several destinations. */
export interface DestinationMessage extends Pick<AnalyzerMessage, 'code' | 'words' | 'missing'> {
  readonly index: number
}

/** The same of destinations that a run will write into a route of this namespace; a port that is left out is inherited there. */
export function analyzeDestinations(
  config: AnalyzedConfig,
  destinations: readonly Destination[],
  namespace: string,
): readonly DestinationMessage[] {
  return destinations.flatMap(({ host, subset, port }, index) => {
    const destination = { host, ...(subset !== undefined && { subset }), ...(port !== undefined && { port: { number: port } }) }
    const route: VirtualService = {
      apiVersion: `${istioGroup}/${istioVersions[0]}`,
      kind: 'VirtualService',
      metadata: { name: 'to-be', namespace },
      spec: { http: [{ route: [{ destination }] }] },
    }
    const objects = [...config.objects.filter(({ kind }) => kind !== 'VirtualService'), route]
    return [destinationHosts, destinationSubsets]
      .flatMap(analyzer => analyzer({ ...config, objects }))
      .filter(({ code }) => code !== 'IST0112')
      .map(({ code, words, missing }) => ({ code, words, index, ...(missing && { missing }) }))
  })
}
