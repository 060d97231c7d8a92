import { preparedRun, type ImageOptions } from '../application-folder.ts'
import { exit } from '../exit.ts'
import { preflightOf } from '../planning.ts'
import { HELD } from '../show/plan.ts'
import { preflightText } from '../show/preflight.ts'
import type { Terminal } from '../terminal.ts'

/** `sluice preflight [workflow]`: what a run would meet on the clusters as they are. Refusals give exit code 2, another run in the way 5. */
export async function preflight([name]: readonly string[], options: ImageOptions, terminal: Terminal): Promise<number> {
  const report = await preflightOf(await preparedRun(name, options, terminal))
  terminal.out(terminal.json ? JSON.stringify(report) : preflightText(report, terminal.columns))
  if (!report.refused) return exit.done
  const codes = report.releases.flatMap(({ findings }) => findings.flatMap(finding => (finding.level === 'refuse' ? finding.code : [])))
  return codes.includes(HELD) ? exit.notStarted : exit.input
}
