import type { ExecutionSummary } from '#protocol/http/index.ts'
import { cli } from './failures.ts'
import type { HostClient } from './host-client/index.ts'

/** The execution that is meant: the named one, else the only one that has not ended. */
export async function whichExecution(id: string | undefined, host: HostClient): Promise<string> {
  if (id !== undefined) return id
  const running = (await host.list()).filter(each => each.ended === undefined)
  const [only] = running
  if (only && running.length === 1) return only.id
  throw cli.WHICH_EXECUTION({ candidates: running.map(nameOf).join(', ') })
}

function nameOf({ id, service, workflow }: ExecutionSummary): string {
  return `${id} (${service}, ${workflow})`
}
