import { canonicalHost, defaultDomain, expandHost } from '../hosts.ts'
import { isWildcard } from '../host-match.ts'
import { namespaceOf, type DestinationRule } from '../objects.ts'
import { subsetsOf } from '../subsets.ts'
import { destinationRulesOf, type Analyzer, type AnalyzerMessage } from './analyzer.ts'
import { serviceNamespace } from './destination-hosts.ts'
import { findHost, knownHosts, type KnownHost } from './known-hosts.ts'
import { podsOf, podsSelected, type PodLike } from './pods.ts'

/** DestinationRules for hosts that are not there, and subsets that choose none of the host's pods. */
export const ruleTargets: Analyzer = config => {
  const known = knownHosts(config)
  const pods = podsOf(config)
  const { domain = defaultDomain } = config
  return destinationRulesOf(config).flatMap(rule => {
    const { host } = rule.spec
    const full = canonicalHost(expandHost(host, namespaceOf(rule), domain))
    if (isWildcard(full)) return []
    const found = findHost(known, full, { namespace: namespaceOf(rule), exportTo: rule.spec.exportTo })
    if (found) return subsetMessages(rule, found, pods)
    const missing = { kind: 'Service', ...serviceNamespace(full, domain) }
    return [{ code: 'IST0174', object: rule, path: 'spec.host', words: `no Service or ServiceEntry stands behind host ${host}`, missing }]
  })
}

function subsetMessages(rule: DestinationRule, { selector, namespace }: KnownHost, pods: readonly PodLike[]): AnalyzerMessage[] {
  if (!selector) return []
  return subsetsOf(rule).flatMap(({ name, labels = {} }, index): AnalyzerMessage[] => {
    if (podsSelected(pods, { ...selector, ...labels }, namespace).length > 0) return []
    const words = `subset ${name} chooses no pod of ${rule.spec.host}`
    return [{ code: 'IST0173', object: rule, path: `spec.subsets[${index}].labels`, words, missing: { kind: 'Pod', namespace } }]
  })
}
