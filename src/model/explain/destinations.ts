import type { KubernetesObject } from '#base/index.ts'
import { isReady, versionName } from '#model/release/index.ts'
import { effectiveRule, type DestinationRule, type EffectiveRule } from '#model/traffic/index.ts'
import { selectsPod } from './doors.ts'
import type { Gets, ReachedDestination, ReachedPod } from './explanation.ts'
import { seen, type RoutingFacts } from './facts.ts'
import { externalHosts, hostOf, portsOf } from './services.ts'

/** A destination as a route names it. */
export interface Named {
  /** Full name. */
  readonly host: string
  readonly subset?: string | undefined
  readonly port: number
  readonly share: number
}

/** Who asks: it decides which DestinationRule counts. */
export interface Asking {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
}

/** What a destination comes to for a caller: its rule, its subset, its pods. */
export function reach(named: Named, asking: Asking, facts: RoutingFacts): ReachedDestination {
  const { host, subset, port, share } = named
  const rule = effectiveRule(host, asking, seen<DestinationRule>(facts.destinationRules))
  const labels = subset === undefined ? undefined : rule?.subsets.find(({ name }) => name === subset)?.labels
  const service = facts.services.items.find(each => hostOf(each) === host)
  const pods = service ? podsBehind(service, labels ?? {}, facts) : []
  return {
    host,
    port,
    share,
    ...(subset === undefined ? {} : { subset }),
    ...(rule ? { rule: [...rule.from] } : {}),
    ...(labels ? { labels: { ...labels } } : {}),
    ...endOf(named, { rule, service, pods }, facts),
  }
}

interface Found {
  readonly rule: EffectiveRule | undefined
  readonly service: KubernetesObject | undefined
  readonly pods: readonly ReachedPod[]
}

function endOf(named: Named, { rule, service, pods }: Found, facts: RoutingFacts): Pick<ReachedDestination, 'gets' | 'pods'> {
  const missing = missingCluster(named, rule, service, facts)
  if (missing) return { gets: missing, pods: [] }
  const unknown = service ? unknownEnd(service, facts) : `${named.host} is outside of the cluster`
  if (unknown !== undefined) return { gets: { is: 'unknown', says: unknown }, pods: [...pods] }
  if (pods.some(({ ready }) => ready)) return { gets: { is: 'pod' }, pods: [...pods] }
  const says = pods.length === 0 ? 'no pod is behind it' : `none of its ${pods.length} pods is ready`
  return { gets: { is: 'error', status: 503, flag: 'UH', says }, pods: [...pods] }
}

/** Why a proxy would not know the destination at all. */
function missingCluster(
  { host, subset, port }: Named,
  rule: EffectiveRule | undefined,
  service: KubernetesObject | undefined,
  facts: RoutingFacts,
): Gets | undefined {
  const external = externalHosts(facts).includes(host)
  if (!service && !external) {
    const says = `there is no Service ${host}`
    return facts.services.unseen === undefined ? unknownCluster(says) : { is: 'unknown', says: `${says} among those that are seen` }
  }
  if (service && !portsOf(service).includes(port)) return unknownCluster(`Service ${host} has no port ${port}`)
  if (subset === undefined || rule?.subsets.some(({ name }) => name === subset)) return undefined
  const says = rule
    ? `DestinationRule ${rule.from.join(', ')}, which counts for this caller, has no subset ${subset}`
    : `no DestinationRule for ${host} counts for this caller, so there is no subset ${subset}`
  return facts.destinationRules.unseen === undefined ? unknownCluster(says) : { is: 'unknown', says: `${says}, among those that are seen` }
}

function unknownCluster(says: string): Gets {
  return { is: 'error', status: 503, flag: 'NC', says }
}

function unknownEnd(service: KubernetesObject, facts: RoutingFacts): string | undefined {
  const { type, externalName, selector } = (service.spec ?? {}) as {
    readonly type?: string
    readonly externalName?: string
    readonly selector?: object
  }
  if (type === 'ExternalName') return `the Service is another name of ${externalName ?? 'something outside'}`
  if (Object.keys(selector ?? {}).length === 0) return 'the Service has no selector: somebody else keeps its endpoints'
  return facts.pods.unseen === undefined ? undefined : `its pods cannot be seen (${facts.pods.unseen})`
}

/** The pods of a Service that carry a subset's labels; those that have ended are none any more. */
export function podsBehind(
  service: KubernetesObject,
  labels: Readonly<Record<string, string>>,
  facts: Pick<RoutingFacts, 'pods'>,
): readonly ReachedPod[] {
  return facts.pods.items
    .filter(pod => selectsPod(service, pod) && !hasEnded(pod))
    .filter(pod => Object.entries(labels).every(([key, value]) => pod.metadata.labels?.[key] === value))
    .map(pod => ({
      name: `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`,
      // What is being deleted gets no new requests, though it may still call itself ready.
      ready: isReady(pod) && pod.metadata.deletionTimestamp === undefined,
      version: versionName(pod),
    }))
}

function hasEnded({ status }: KubernetesObject): boolean {
  const { phase } = (status ?? {}) as { readonly phase?: string }
  return phase === 'Succeeded' || phase === 'Failed'
}
