import { randomUUID } from 'node:crypto'
import { startedHost, whoAmI } from '../host.ts'
import { showStarted, type ShownRun } from '../started.ts'
import type { Terminal } from '../terminal.ts'

interface RollbackOptions extends ShownRun {
  readonly infrastructure?: string
  readonly supersede?: boolean
}

/** `sluice rollback SERVICE`: a run of the release that ran before, with the steps and manifests that it had. */
export async function rollback([service = '']: readonly string[], options: RollbackOptions, terminal: Terminal): Promise<number> {
  const { infrastructure, supersede } = options
  const host = await startedHost()
  const started = await host.rollback({
    key: randomUUID(),
    service,
    who: whoAmI(),
    ...(infrastructure === undefined ? {} : { infrastructure }),
    ...(supersede === undefined ? {} : { supersede }),
  })
  const { from = '', to = '' } = started.versions ?? {}
  if (!terminal.json) terminal.err(`${service} ${from} → ${to}: execution ${started.id}`)
  return showStarted(started, options, terminal)
}
