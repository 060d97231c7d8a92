import { objectName, type Json, type KubernetesObject } from '#base/index.ts'
import { differingLeaves } from '#model/release/index.ts'
import { effectiveRule, expandHost, sameHost, writeSubsets, type DestinationRule, type EffectiveRule } from '#model/traffic/index.ts'
import type { Facts } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { grouped } from './grouped.ts'
import { isMeshBound } from './route.ts'
import { listed } from './text.ts'

/** The rule that each client of the managed routes uses, before the run and in it. */
export function ruleFindings(facts: Facts): readonly PreflightFinding[] {
  const { rule, first } = facts.subject
  if (!rule) return []
  if (first) return [ok('rule', 'a first deployment: nobody uses a rule for this host yet')]
  const uses = clientNamespaces(facts).map(namespace => usedBy(namespace, facts))
  const found = [...hiddenSubsets(uses, facts), ...policyChanges(uses), ...unseen(facts)]
  return found.length > 0
    ? found
    : [ok('rule', `every client that is seen uses ${objectName(rule.after)}; the traffic policy stays as it is`)]
}

/** What clients of one namespace make of all rules for the host. */
export interface RuleUse {
  readonly namespace: string
  readonly before: EffectiveRule | undefined
  /** While the run leads users by the subsets: they are put into the rule that is there; the manifest comes last. */
  readonly during: EffectiveRule | undefined
  readonly after: EffectiveRule | undefined
}

/** What clients of one namespace use now, and what they will use. */
export function usedBy(namespace: string, { subject, around }: Facts): RuleUse {
  const { rule, subsets } = subject
  const full = expandHost(subject.host, subject.namespace)
  const others = (around.destinationRules.items as readonly DestinationRule[]).filter(each => !isManaged(each, rule?.after))
  const used = (managed: KubernetesObject | undefined): EffectiveRule | undefined =>
    effectiveRule(full, { namespace }, managed ? [...others, managed as DestinationRule] : others)
  return {
    namespace,
    before: used(rule?.before),
    during: used(rule && withSubsets(rule.before ?? rule.after, subsets)),
    after: used(rule && withSubsets(rule.after, subsets)),
  }
}

/** Labels do not matter here, only that the subsets are there. */
function withSubsets(rule: KubernetesObject, names: readonly string[]): KubernetesObject {
  return writeSubsets(
    rule,
    names.map(name => ({ name, labels: {} })),
  )
}

function isManaged({ metadata }: KubernetesObject, managed: KubernetesObject | undefined): boolean {
  return metadata.name === managed?.metadata.name && metadata.namespace === managed.metadata.namespace
}

/**
 * Namespaces of the gateways that the routes are bound to; where they are bound to the mesh, the release's own and every one that has a
 * rule of its own for the host. Clients elsewhere use the rule beside the Service, as those do.
 */
export function clientNamespaces({ subject, around }: Facts): readonly string[] {
  const gateways = around.gatewayPods.items.map(({ metadata }) => metadata.namespace ?? '')
  const own = subject.rule?.after.metadata.namespace ?? subject.namespace
  if (!isMeshBound(subject)) return [...new Set(gateways.length > 0 ? gateways : [own])]
  const full = expandHost(subject.host, subject.namespace)
  const withRules = (around.destinationRules.items as readonly DestinationRule[])
    .filter(({ spec, metadata }) => covers(spec.host, metadata.namespace ?? '', full))
    .map(({ metadata }) => metadata.namespace ?? '')
  return [...new Set([...gateways, own, ...withRules])]
}

function covers(host: string, namespace: string, full: string): boolean {
  if (!host.startsWith('*')) return sameHost({ host, namespace }, { host: full, namespace })
  return full.endsWith(host.slice(1))
}

function hiddenSubsets(uses: readonly RuleUse[], { subject }: Facts): readonly PreflightFinding[] {
  return uses.flatMap(({ namespace, during, after }) => {
    const missingIn = (use: EffectiveRule | undefined): readonly string[] =>
      subject.subsets.filter(name => !use?.subsets.some(subset => subset.name === name))
    const use = missingIn(during).length > 0 ? during : after
    const missing = missingIn(use)
    if (missing.length === 0) return []
    const rule = listed(use?.from.map(name => `DestinationRule ${name}`) ?? ['no DestinationRule'])
    const clients = `Clients in namespace ${namespace}`
    return [objection('rule', 'refuse', failures.SUBSET_HIDDEN({ clients, rule, subsets: listed(missing) }))]
  })
}

/** A rule for the host hides one for a wildcard, or one of the root namespace, with all that it says. What the managed rule itself says anew is meant. */
function policyChanges(uses: readonly RuleUse[]): readonly PreflightFinding[] {
  const changed = uses.flatMap(({ namespace, before, after }) => {
    const changes = differences(before?.trafficPolicy, after?.trafficPolicy)
    const gone = (before?.from ?? []).filter(name => !after?.from.includes(name)).map(name => `DestinationRule ${name}`)
    return changes.length === 0 ? [] : [{ namespace, changes: changes.join('; '), gone: listed(gone) }]
  })
  return grouped(changed, ({ changes, gone }) => JSON.stringify([changes, gone])).map(some => {
    const [{ changes, gone }] = some
    const clients = `Clients in namespace ${listed(some.map(({ namespace }) => namespace))}`
    if (gone === '') return ok('rule', `${clients}: the new version brings another traffic policy: ${changes}`)
    return objection('rule', 'warn', failures.POLICY_CHANGES({ clients, changes, gone }))
  })
}

/** `tls.mode "ISTIO_MUTUAL" → none`, leaf by leaf; a policy that comes or goes as a whole is told by its parts. */
function differences(before: unknown, after: unknown): readonly string[] {
  return differingLeaves((before ?? {}) as Json, (after ?? {}) as Json).map(
    leaf => `${leaf.path.join('.')} ${valueText(leaf.before as Json | undefined)} → ${valueText(leaf.after as Json | undefined)}`,
  )
}

function valueText(value: Json | undefined): string {
  return value === undefined ? 'none' : JSON.stringify(value)
}

function unseen({ around: { destinationRules, gatewayPods } }: Facts): readonly PreflightFinding[] {
  const means = 'it is unknown which rule these clients use'
  const kinds = [
    ['DestinationRules of other namespaces', destinationRules],
    ['Pods of the gateways', gatewayPods],
  ] as const
  return kinds.flatMap(([what, { unseen: why }]) =>
    why === undefined ? [] : [objection('rule', 'unknown', failures.UNSEEN({ what, why, means }))],
  )
}
