import type { Destination } from '../destination.ts'
import type { Ours } from '../routers/router.ts'
import type { Row } from '../rows.ts'
import { effectiveRule, type RuleClient, type RuleContext } from './effective-rule.ts'
import { expandHost } from './hosts.ts'
import type { DestinationRule } from './objects.ts'

/** Destinations that would get weight, and whose subset is not in the rule that this client uses: their share would get 503. */
export function missingSubsets(
  rows: readonly Row[],
  ours: Ours,
  {
    client,
    rules,
    context = {},
  }: { readonly client: RuleClient; readonly rules: readonly DestinationRule[]; readonly context?: RuleContext },
): readonly Destination[] {
  return rows
    .filter(({ weight }) => weight > 0)
    .map(({ to }) => (typeof to === 'string' ? ours[to] : to))
    .filter(({ host, subset }) => {
      const rule = effectiveRule(expandHost(host, ours.namespace ?? 'default', ours.domain), client, rules, context)
      return subset !== undefined && !rule?.subsets.some(({ name }) => name === subset)
    })
}
