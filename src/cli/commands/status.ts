import type { ExecutionSummary } from '#protocol/http/index.ts'
import { runningHost, startedHost } from '../host.ts'
import { exit } from '../exit.ts'
import { ago, clockTime, withLocalTimes } from '../show/time.ts'
import { executionView, versionsText } from '../show/execution.ts'
import { table } from '../show/table.ts'
import { colours, type Terminal } from '../terminal.ts'
import { tellTrouble } from '../trouble.ts'

/** `sluice status [execution]`: every execution with the same waiting line as its live view, or one of them whole. */
export async function status([id]: readonly string[], _: object, terminal: Terminal): Promise<number> {
  if (id !== undefined) {
    const host = await startedHost(terminal.err)
    const [view, about] = await Promise.all([host.get(id), host.host()])
    terminal.out(terminal.json ? JSON.stringify(view) : executionView(view, terminal.columns, Date.now()))
    tellTrouble(about, terminal)
    return exit.done
  }
  const host = (await runningHost()) ?? (await startedHost(terminal.err))
  const [all, view] = await Promise.all([host.list(), host.host()])
  if (terminal.json) for (const each of all) terminal.out(JSON.stringify(each))
  else terminal.out(all.length === 0 ? 'no executions yet: sluice run' : list(all, terminal.columns))
  tellTrouble(view, terminal)
  return exit.done
}

function list(all: readonly ExecutionSummary[], columns: number): string {
  const rows = all.map(each => [
    each.id,
    each.workflow,
    versionsText(each.service, each.releases[0]),
    each.status,
    ago(each.started, Date.now()),
    waitingLine(each),
  ])
  return table(['EXECUTION', 'WORKFLOW', 'RELEASE', 'STATUS', 'STARTED', ''], rows, columns)
}

function waitingLine({ waiting, says, ended }: ExecutionSummary): string {
  if (ended !== undefined || !waiting) return colours.dim(withLocalTimes(says))
  return withLocalTimes(`waits for ${waiting.for}, until ${clockTime(waiting.until)}, then: ${waiting.next}`)
}
