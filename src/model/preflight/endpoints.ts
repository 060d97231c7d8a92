import { objectName, type KubernetesObject } from '#base/index.ts'
import { equal } from '#model/release/index.ts'
import type { EffectiveRule } from '#model/traffic/index.ts'
import type { Facts } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { firstCanaryPods } from './pods-needed.ts'
import { usedBy } from './rule.ts'
import { counted, listed } from './text.ts'

/** Endpoints in other clusters, and what localities and outlier detection do to few canary pods. */
export function endpointFindings(facts: Facts): readonly PreflightFinding[] {
  const found = [...remoteFindings(facts), ...localityFindings(facts)]
  return found.length > 0 ? found : [ok('endpoints', endpointsText(facts))]
}

function endpointsText({ subject, around }: Facts): string {
  const pods = `${objectName(subject.service)}: ${counted(subject.pods.length, 'pod')}`
  return around.endpointClusters === undefined ? `${pods} in this cluster` : `${pods}, no endpoint in another cluster`
}

/** istiod tells from which clusters it reads endpoints of a Service; each has routes of its own. */
function remoteFindings({ subject, around: { endpointClusters: clusters } }: Facts): readonly PreflightFinding[] {
  if (clusters === undefined || clusters.length < 2) return []
  const level = subject.remoteEndpoints === 'refuse' ? 'refuse' : 'warn'
  return [objection('endpoints', level, failures.REMOTE_ENDPOINTS({ service: objectName(subject.service), clusters: listed(clusters) }))]
}

interface Locality {
  readonly distribute?: readonly { readonly from?: string; readonly to?: Readonly<Record<string, number>> }[]
}

interface TrafficPolicy {
  readonly outlierDetection?: object
  readonly loadBalancer?: { readonly localityLbSetting?: Locality }
}

/** The smallest subset that outlier detection may take one pod of and still carry its share. */
const enoughForOutliers = 3

function localityFindings(facts: Facts): readonly PreflightFinding[] {
  const { subject } = facts
  if (!subject.rule || subject.first) return []
  const { during, after } = usedBy(subject.rule.after.metadata.namespace ?? subject.namespace, facts)
  const found = [during, after].flatMap(use => (use ? findingsOf(use, facts) : []))
  return found.filter((each, index) => found.findIndex(other => equal(each, other)) === index)
}

function findingsOf({ trafficPolicy, from }: EffectiveRule, facts: Facts): readonly PreflightFinding[] {
  const policy = (trafficPolicy ?? {}) as TrafficPolicy
  const rule = listed(from.map(name => `DestinationRule ${name}`))
  const pods = firstCanaryPods(facts.subject)
  const distribute = policy.loadBalancer?.localityLbSetting?.distribute ?? []
  return [...outlierFindings(rule, policy, pods), ...distributeFindings(rule, distribute, pods, facts)]
}

function outlierFindings(rule: string, { outlierDetection }: TrafficPolicy, pods: number | undefined): readonly PreflightFinding[] {
  if (outlierDetection === undefined || pods === undefined || pods >= enoughForOutliers) return []
  return [objection('endpoints', 'warn', failures.FEW_FOR_OUTLIERS({ rule, pods }))]
}

/** Endpoints in localities that are not listed are dropped, so that their callers get 503. */
function distributeFindings(
  rule: string,
  distribute: NonNullable<Locality['distribute']>,
  pods: number | undefined,
  { subject, around }: Facts,
): readonly PreflightFinding[] {
  if (distribute.length === 0) return []
  const { nodes } = around
  if (nodes.unseen !== undefined) {
    const unseen = { what: 'Zones of the nodes', why: nodes.unseen, means: `${rule} may drop pods in zones that it does not list` }
    return [objection('endpoints', 'unknown', failures.UNSEEN(unseen))]
  }
  const zones = [...new Set(subject.pods.flatMap(pod => localityOf(pod, nodes.items) ?? []))]
  const dropped = distribute.flatMap(({ from = '*', to = {} }) => {
    const outside = zones.filter(zone => !Object.keys(to).some(pattern => isIn(zone, pattern)))
    return outside.length === 0 ? [] : [objection('endpoints', 'warn', failures.ZONES_DROPPED({ rule, from, zones: listed(outside) }))]
  })
  const few = pods !== undefined && pods < zones.length
  return [...dropped, ...(few ? [objection('endpoints', 'warn', failures.FEW_FOR_ZONES({ rule, pods, zones: zones.length }))] : [])]
}

/** `region/zone` of a pod's node. */
function localityOf(pod: KubernetesObject, nodes: readonly KubernetesObject[]): string | undefined {
  const name = (pod.spec as { readonly nodeName?: string } | undefined)?.nodeName
  const labels = nodes.find(node => node.metadata.name === name)?.metadata.labels
  const [region, zone] = [labels?.['topology.kubernetes.io/region'], labels?.['topology.kubernetes.io/zone']]
  return region === undefined ? undefined : `${region}/${zone ?? ''}`
}

/** Whether a locality is within a pattern: `eu/*`, `eu/eu-1/*`, `eu`. */
function isIn(locality: string, pattern: string): boolean {
  if (pattern === '*') return true
  const wanted = pattern.split('/').filter(part => part !== '*')
  const parts = locality.split('/')
  return wanted.every((part, index) => index >= parts.length || parts[index] === part)
}
