import type { DestinationRule } from '../objects.ts'
import { destinationRulesOf, type Analyzer, type AnalyzerMessage } from './analyzer.ts'

interface Tls {
  readonly mode?: string
  readonly caCertificates?: string
  readonly credentialName?: string
}

interface Policy {
  readonly tls?: Tls
  readonly portLevelSettings?: readonly { readonly port?: { readonly number?: number }; readonly tls?: Tls }[]
}

/** TLS whose server nobody verifies: without a CA any certificate will do. */
export const ruleCertificates: Analyzer = config => destinationRulesOf(config).flatMap(ruleMessages)

function ruleMessages(rule: DestinationRule): AnalyzerMessage[] {
  const { tls, portLevelSettings = [] } = (rule.spec.trafficPolicy ?? {}) as Policy
  const words = (mode = ''): string => `TLS of mode ${mode} without caCertificates: the server's certificate is not verified`
  const of = (code: 'IST0128' | 'IST0129', path: string, own: Tls | undefined): AnalyzerMessage[] =>
    isUnverified(own, rule) ? [{ code, object: rule, path, words: words(own?.mode) }] : []
  return [
    ...of('IST0128', 'spec.trafficPolicy.tls', tls),
    ...portLevelSettings.flatMap((port, index) => of('IST0129', `spec.trafficPolicy.portLevelSettings[${index}].tls`, port.tls)),
  ]
}

/** A credential counts only for clients that the rule chooses: others do not read it. */
function isUnverified(tls: Tls | undefined, { spec }: DestinationRule): boolean {
  if (tls?.mode !== 'SIMPLE' && tls?.mode !== 'MUTUAL') return false
  return !tls.caCertificates && !(tls.credentialName && spec.workloadSelector)
}
