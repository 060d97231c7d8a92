import type { DestinationRule } from '../objects.ts'
import { subsetNameProblem } from './destinations.ts'
import { each, eachEntry, newReport, type Report } from './findings.ts'
import { wildcardDomainProblem } from './host-syntax.ts'
import { checkExportTo, checkLabels } from './labels.ts'
import { checkTrafficPolicy, type TrafficPolicy } from './traffic-policy.ts'

/** Longest value of a label that selects client workloads, by the schema. */
const longestValue = 63

/** The rules of istiod's webhook for a DestinationRule whose shape is right, and of the schema's own expressions. */
export function checkDestinationRule(rule: DestinationRule, report: Report): void {
  const namespace = rule.metadata.namespace ?? ''
  const { host, trafficPolicy, subsets = [], exportTo, workloadSelector } = rule.spec
  report.check('spec.host', wildcardDomainProblem(host))
  checkTrafficPolicy(trafficPolicy as TrafficPolicy | undefined, namespace, 'spec.trafficPolicy', report)
  each(subsets, 'spec.subsets', (subset, path, index) => {
    if (subsets.findIndex(other => other.name === subset.name) < index) report.error(`${path}.name`, `subset ${subset.name} stands twice`)
    report.check(`${path}.name`, subsetNameProblem(subset.name))
    checkLabels(subset.labels, `${path}.labels`, report)
    checkSubsetPolicy(subset.trafficPolicy as TrafficPolicy | undefined, namespace, `${path}.trafficPolicy`, report)
  })
  const exported = checkExportTo(exportTo, namespace, 'spec.exportTo', report)
  if (workloadSelector) checkSelector(rule, exported, report)
}

/** istiod does not pass on the warnings about a subset's policy. */
function checkSubsetPolicy(policy: TrafficPolicy | undefined, namespace: string, path: string, report: Report): void {
  const own = newReport('webhook')
  checkTrafficPolicy(policy, namespace, path, own)
  for (const error of own.errors) report.error(error.path, error.message)
}

function checkSelector(rule: DestinationRule, exported: ReadonlySet<string>, report: Report): void {
  const own = rule.metadata.namespace || '.'
  const beyond = [...exported].filter(name => name !== own)
  if (beyond.length > 0)
    report.error('spec.exportTo', `a rule with a workloadSelector is for its own namespace only, not for ${beyond.join(', ')}`)
  const { matchLabels } = rule.spec.workloadSelector ?? {}
  if (Object.keys(matchLabels ?? {}).length === 0) report.warning('spec.workloadSelector', 'has no labels')
  eachEntry(matchLabels, 'spec.workloadSelector.matchLabels', (key, value, path) => {
    if (key === '') report.error(path, 'an empty key is not supported')
    if (key.includes('*') || value.includes('*')) report.error(path, 'a wildcard is not supported')
    if (value.length > longestValue) report.error(path, `must be at most ${longestValue} characters`)
  })
}
