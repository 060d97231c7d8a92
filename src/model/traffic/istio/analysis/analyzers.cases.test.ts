import { expect } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { casesOf, casesFile, type Case } from '../../../../../test/cases.ts'
import { istioCodes, type Analyzer } from './analyzer.ts'
import { conflictingGateways } from './conflicting-gateways.ts'
import { conflictingMeshHosts } from './conflicting-mesh-hosts.ts'
import { destinationHosts } from './destination-hosts.ts'
import { gatewayCertificates } from './gateway-certificates.ts'
import { gatewayPorts } from './gateway-ports.ts'
import { namedGateways } from './named-gateways.ts'
import { ruleCertificates } from './rule-certificates.ts'
import { ruleTargets } from './rule-targets.ts'
import { schema } from './schema.ts'

interface Origin {
  readonly kind: string
  readonly namespace: string | null
  readonly name: string
}

interface AnalyzerCase extends Case {
  readonly analyzer: string
  readonly inputFiles: readonly string[]
  readonly expected: readonly { readonly code: string; readonly name: string; readonly level: string; readonly origin: Origin }[]
}

/** Istio's analyzers by their names there. */
const analyzers: Readonly<Record<string, Analyzer>> = {
  'gateway.IngressGatewayPortAnalyzer': gatewayPorts,
  'gateway.ConflictingGatewayAnalyzer': conflictingGateways,
  'gateway.CertificateAnalyzer': gatewayCertificates,
  'virtualservice.ConflictingMeshGatewayHostsAnalyzer': conflictingMeshHosts,
  'virtualservice.DestinationHostAnalyzer': destinationHosts,
  'virtualservice.GatewayAnalyzer': namedGateways,
  'destinationrule.CaCertificateAnalyzer': ruleCertificates,
  'destinationrule.PodNotSelectedAnalyzer': ruleTargets,
  'schemaValidation.CollectionValidationAnalyzer(VirtualService)': schema,
}

const texts = casesFile('analyzers.json') as { readonly files?: Readonly<Record<string, readonly KubernetesObject[]>> } | undefined

casesOf<AnalyzerCase>('analyzers.json', {
  notExpressible: ({ analyzer }) => (analyzers[analyzer] ? undefined : `${analyzer} looks at kinds that no run of ours moves or names`),
  run({ analyzer, inputFiles, expected }) {
    const objects = inputFiles.flatMap(file => texts?.files?.[file] ?? [])
    const messages = analyzers[analyzer]?.({ objects }) ?? []
    const found = messages.map(({ code, object: { kind, metadata } }) => {
      const origin: Origin = { kind, namespace: metadata.namespace ?? null, name: metadata.name }
      return { code, ...istioCodes[code], origin }
    })
    expect(sorted(found)).toEqual(sorted(expected))
  },
})

function sorted<T>(messages: readonly T[]): readonly T[] {
  return messages.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
