import { cli } from '../failures.ts'
import { exit } from '../exit.ts'
import { preparedRun, type ImageOptions } from '../application-folder.ts'
import { planOf } from '../planning.ts'
import { HELD, planJson, planText, refusals } from '../show/plan.ts'
import { withLocalTimes } from '../show/time.ts'
import type { Terminal } from '../terminal.ts'

/** `sluice plan [workflow]`: every step, object and write, on the cluster as it is. Refusals give exit code 2. */
export async function planCommand(
  [name]: readonly string[],
  options: ImageOptions & { readonly diff?: boolean },
  terminal: Terminal,
): Promise<number> {
  const prepared = await preparedRun(name, options, terminal)
  const plan = await planOf(prepared)
  terminal.out(
    terminal.json
      ? JSON.stringify(planJson(plan, prepared))
      : planText(plan, prepared, { diff: options.diff === true, columns: terminal.columns }),
  )
  const refused = refusals(plan)
  if (refused.length === 0) return exit.done
  const reasons = withLocalTimes(refused.map(finding => finding.message).join(' '))
  throw refused.some(finding => finding.code === HELD) ? cli.HELD({ reasons }) : cli.REFUSED({ reasons })
}
