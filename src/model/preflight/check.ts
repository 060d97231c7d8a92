import { bypassFindings } from './bypass.ts'
import { capacityFindings } from './capacity.ts'
import { countingFindings, measuringFindings } from './counting.ts'
import { endpointFindings } from './endpoints.ts'
import type { Facts } from './facts.ts'
import type { PreflightFinding } from './finding.ts'
import { literalFindings } from './literals.ts'
import { meshFindings } from './mesh.ts'
import { ownerFindings } from './owners.ts'
import { rightFindings } from './rights.ts'
import { rollFindings } from './roll.ts'
import { routeFindings } from './route.ts'
import { ruleFindings } from './rule.ts'
import { scalingFindings } from './scaling.ts'
import { wayBackFindings } from './way-back.ts'

/** One function per concern, in the order in which people read them. */
const checks: readonly ((facts: Facts) => readonly PreflightFinding[])[] = [
  ({ around }) => rightFindings(around.rights),
  meshFindings,
  routeFindings,
  literalFindings,
  bypassFindings,
  ruleFindings,
  endpointFindings,
  scalingFindings,
  capacityFindings,
  rollFindings,
  countingFindings,
  measuringFindings,
  ownerFindings,
  wayBackFindings,
]

/** Everything that is to be said before the first write. */
export function preflightFindings(facts: Facts): readonly PreflightFinding[] {
  return checks.flatMap(check => check(facts))
}
