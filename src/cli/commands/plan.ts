import { cli } from '../failures.ts'
import { exit } from '../exit.ts'
import { preparedRun, type ImageOptions } from '../application-folder.ts'
import { planOf, type RunPlan } from '../planning.ts'
import { planJson, planText } from '../show/plan.ts'
import type { Terminal } from '../terminal.ts'

/** `sluice plan [workflow]`: every step, object and write, on the cluster as it is. Refusals give exit code 2. */
export async function planCommand(
  [name]: readonly string[],
  options: ImageOptions & { readonly diff?: boolean },
  terminal: Terminal,
): Promise<number> {
  const prepared = await preparedRun(name, options, terminal)
  const plan = await planOf(prepared)
  terminal.out(terminal.json ? JSON.stringify(planJson(plan, prepared)) : planText(plan, prepared, options.diff === true))
  const reasons = refusals(plan)
  if (reasons.length === 0) return exit.done
  throw cli.REFUSED({ reasons: reasons.join(' ') })
}

function refusals({ releases }: RunPlan): readonly string[] {
  return releases.flatMap(({ plan }) =>
    plan.inspection.findings.filter(finding => finding.level === 'refuse').map(finding => finding.message),
  )
}
