import { clusterKey, expandHost, isSubsetOf, bySpecificity, type DestinationRule, type Subset } from '#model/traffic/index.ts'
import type { Endpoint } from './endpoints.ts'
import { health } from './endpoints.ts'
import type { PushContext } from './push-context.ts'
import { byAge, hostOf, type Service } from './resources.ts'

type Labels = Readonly<Record<string, string>>

/** How a cluster chooses among its endpoints. */
export type Balancer = 'LEAST_REQUEST' | 'ROUND_ROBIN' | 'RANDOM'

/** A group of endpoints that routes can name: a port of a Service, or a subset of it. */
export interface Cluster {
  /** `outbound|80|canary|cart.shop.svc.cluster.local`. */
  readonly name: string
  readonly host: string
  readonly service: { readonly namespace: string; readonly name: string }
  readonly balancer: Balancer
  readonly portName: string
  /** What its endpoints' pods must carry. */
  readonly labels: Labels
}

/** The addresses that a proxy may send requests for a cluster to. */
export interface Assignment {
  readonly cluster: string
  readonly endpoints: readonly Endpoint[]
}

/** The namespace of istiod, whose rules hold where no nearer one does. */
const rootNamespace = 'istio-system'

/** Every cluster that a gateway gets: each port of each Service, and each subset of the rule that holds for it. */
export function buildClusters(context: PushContext): readonly Cluster[] {
  return context.services.flatMap(service => {
    const rules = rulesFor(context.destinationRules as readonly DestinationRule[], service)
    const base = balancerOf(rules.find(rule => rule.spec.trafficPolicy)?.spec.trafficPolicy) ?? 'LEAST_REQUEST'
    return (service.spec?.ports ?? []).flatMap(({ port, name = '' }) => {
      const make = (subset: string, labels: Labels, balancer: Balancer): Cluster => ({
        name: clusterKey(port, subset, hostOf(service)),
        host: hostOf(service),
        service: { namespace: service.metadata.namespace ?? '', name: service.metadata.name },
        balancer,
        portName: name,
        labels,
      })
      const subsets = subsetsOfRules(rules).map(subset => make(subset.name, subset.labels ?? {}, balancerOf(subset.trafficPolicy) ?? base))
      return [make('', {}, base), ...subsets]
    })
  })
}

/** The healthy endpoints of each cluster, as istiod's index has them now. */
export function buildAssignments(
  clusters: readonly Cluster[],
  endpointsOfHost: (host: string) => readonly Endpoint[],
): readonly Assignment[] {
  return clusters.map(cluster => ({
    cluster: cluster.name,
    endpoints: endpointsOfHost(cluster.host).filter(
      endpoint => endpoint.health === health.healthy && endpoint.portName === cluster.portName && carries(endpoint.labels, cluster.labels),
    ),
  }))
}

function carries(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value)
}

/** The rules for a Service as a gateway sees them: of the Service's namespace, else of istiod's; the most specific host wins, and equal hosts are merged. */
function rulesFor(rules: readonly DestinationRule[], service: Service): readonly DestinationRule[] {
  for (const namespace of [service.metadata.namespace, rootNamespace]) {
    const near = rules.filter(rule => rule.metadata.namespace === namespace && isVisible(rule) && covers(rule, service))
    const host = near.map(hostOfRule).toSorted(bySpecificity)[0]
    if (host !== undefined) return near.filter(rule => hostOfRule(rule) === host).toSorted(byAge)
  }
  return []
}

function isVisible(rule: DestinationRule): boolean {
  const { exportTo } = rule.spec
  return (
    !exportTo?.length ||
    exportTo.some(to => to === '*' || to === rootNamespace || (to === '.' && rule.metadata.namespace === rootNamespace))
  )
}

function hostOfRule({ spec, metadata }: DestinationRule): string {
  return expandHost(spec.host, metadata.namespace ?? '')
}

function covers(rule: DestinationRule, service: Service): boolean {
  return isSubsetOf(hostOf(service), hostOfRule(rule))
}

function subsetsOfRules(rules: readonly DestinationRule[]): readonly Subset[] {
  const byName = new Map<string, Subset>()
  for (const subset of rules.flatMap(rule => rule.spec.subsets ?? [])) if (!byName.has(subset.name)) byName.set(subset.name, subset)
  return [...byName.values()]
}

function balancerOf(policy: unknown): Balancer | undefined {
  const simple = (policy as { readonly loadBalancer?: { readonly simple?: string } } | undefined)?.loadBalancer?.simple
  if (simple === 'RANDOM' || simple === 'ROUND_ROBIN') return simple
  return simple === 'LEAST_REQUEST' || simple === 'LEAST_CONN' ? 'LEAST_REQUEST' : undefined
}
