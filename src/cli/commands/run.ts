import { preparedRun, type ImageOptions } from '../application-folder.ts'
import { cli } from '../failures.ts'
import { startedHost } from '../host.ts'
import { planOf } from '../planning.ts'
import { requestOf } from '../request.ts'
import { showStarted, type ShownRun } from '../started.ts'
import type { Terminal } from '../terminal.ts'
import type { PreparedRun } from '#model/application/index.ts'

interface RunOptions extends ImageOptions, ShownRun {
  readonly plan?: string
  readonly supersede?: boolean
}

/** `sluice run [workflow]`: hands the run to the host and shows it until it ends. */
export async function run([name]: readonly string[], options: RunOptions, terminal: Terminal): Promise<number> {
  const prepared = await preparedRun(name, options, terminal)
  if (options.plan !== undefined) await checkPlan(options.plan, prepared)
  const host = await startedHost(terminal.err)
  const supersede = options.supersede === true ? { supersede: true } : {}
  return showStarted(await host.start({ ...requestOf(prepared, options.plan), ...supersede }), options, terminal)
}

async function checkPlan(wanted: string, prepared: PreparedRun): Promise<void> {
  const { hash } = await planOf(prepared)
  if (!hash.startsWith(wanted)) throw cli.PLAN_CHANGED({ wanted, found: hash })
}
