import type { ExecutionSummary } from '#protocol/http/index.ts'
import { cli } from './failures.ts'
import type { HostClient } from './host-client/index.ts'

/** The execution that is meant: the named one, else the only one that has not ended. */
export async function whichExecution(id: string | undefined, host: HostClient): Promise<string> {
  if (id !== undefined) return id
  const all = await host.list()
  const running = all.filter(each => each.ended === undefined)
  const [only] = running
  if (only && running.length === 1) return only.id
  if (only) throw cli.WHICH_EXECUTION({ candidates: running.map(nameOf).join(', ') })
  const [last] = all
  throw cli.NONE_UNDER_WAY({ last: last ? `${nameOf(last)} has ended: ${last.status}` : '' })
}

/** The execution to look at: the named one, the only one that has not ended, else the one that ended last. */
export async function whichToShow(id: string | undefined, host: HostClient): Promise<string> {
  if (id !== undefined) return id
  const all = await host.list()
  const [last] = all
  return last && all.every(each => each.ended !== undefined) ? last.id : whichExecution(id, host)
}

function nameOf({ id, service, workflow }: ExecutionSummary): string {
  return `${id} (${service}, ${workflow})`
}
