import { canonicalHost, defaultDomain, expandHost } from './hosts.ts'
import { mostSpecificMatch } from './host-match.ts'
import { fullName, namespaceOf, type DestinationRule, type Subset } from './objects.ts'
import { isVisible } from './routing/visibility.ts'
import { selects, type Labels } from './subsets.ts'

/** Who asks for a host: what a client sees depends on where it is. */
export interface RuleClient {
  readonly namespace: string
  readonly labels?: Labels
}

export interface RuleContext {
  /** Namespace of the mesh's own configuration; `istio-system` where left out. */
  readonly rootNamespace?: string
  readonly domain?: string
}

/** What a client makes of all rules for a host. */
export interface EffectiveRule {
  /** The rules it is merged from, `namespace/name`, the one that decides first. */
  readonly from: readonly string[]
  readonly subsets: readonly Subset[]
  /** Of the first rule that has one. */
  readonly trafficPolicy?: unknown
}

/**
 * The DestinationRule that a client uses for a host (by its full name): from its own namespace, else the host's, else the root.
 * Where one of them has any rule for the host, the others are not asked: a rule beside the client hides the subsets of the service's own.
 * Rules of one namespace for the same host are merged, oldest first; a rule for a wildcard is used only where none is closer.
 */
export function effectiveRule(
  host: string,
  client: RuleClient,
  rules: readonly DestinationRule[],
  context: RuleContext = {},
): EffectiveRule | undefined {
  const { rootNamespace = 'istio-system', domain = defaultDomain } = context
  const full = canonicalHost(host)
  for (const namespace of namespacesFor(full, client.namespace, rootNamespace, domain)) {
    const own = rules.filter(rule => isAsked(rule, namespace, client))
    const hosts = new Map(own.map(rule => [rule, canonicalHost(expandHost(rule.spec.host, namespace, domain))]))
    const closest = mostSpecificMatch(full, [...hosts.values()])
    if (closest !== undefined) return merge(own.filter(rule => hosts.get(rule) === closest))
  }
  return undefined
}

/** A client in the root namespace asks there last like everybody. */
function namespacesFor(host: string, client: string, root: string, domain: string): readonly string[] {
  const [, namespace] = host.endsWith(`.svc.${domain}`) ? host.split('.') : []
  const all = [...(client === root ? [] : [client]), ...(namespace === undefined ? [] : [namespace]), root]
  return [...new Set(all)]
}

function isAsked(rule: DestinationRule, namespace: string, client: RuleClient): boolean {
  const { workloadSelector, exportTo } = rule.spec
  if (namespaceOf(rule) !== namespace || !isVisible({ namespace, exportTo }, client.namespace)) return false
  return !workloadSelector || (namespace === client.namespace && selects(workloadSelector.matchLabels ?? {}, client.labels ?? {}))
}

/** Rules that choose their clients come first, and are not mixed with those that do not. */
function merge(rules: readonly DestinationRule[]): EffectiveRule {
  const chosen = rules.filter(rule => rule.spec.workloadSelector)
  const ordered = (chosen.length > 0 ? chosen : rules).toSorted(byAge)
  const subsets = ordered.flatMap(rule => rule.spec.subsets ?? [])
  const policy = ordered.find(rule => rule.spec.trafficPolicy)?.spec.trafficPolicy
  return {
    from: ordered.map(fullName),
    subsets: subsets.filter((subset, index) => subsets.findIndex(({ name }) => name === subset.name) === index),
    ...(policy === undefined ? {} : { trafficPolicy: policy }),
  }
}

function byAge(a: DestinationRule, b: DestinationRule): number {
  const key = ({ metadata }: DestinationRule): string => `${metadata.creationTimestamp ?? ''} ${metadata.name}`
  return key(a) < key(b) ? -1 : Number(key(a) > key(b))
}
