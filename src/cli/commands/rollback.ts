import { randomUUID } from 'node:crypto'
import { formatDuration } from '#base/index.ts'
import type { ExecutionStarted, TrafficReport } from '#protocol/http/index.ts'
import { exit } from '../exit.ts'
import { startedHost, whoAmI } from '../host.ts'
import { showStarted, type ShownRun } from '../started.ts'
import type { Terminal } from '../terminal.ts'

interface RollbackOptions extends ShownRun {
  readonly infrastructure?: string
  readonly namespace?: string
  readonly supersede?: boolean
}

/** `sluice rollback SERVICE`: back from the run that is under way; else a run of the release that ran before, with the steps and manifests that it had. */
export async function rollback([service = '']: readonly string[], options: RollbackOptions, terminal: Terminal): Promise<number> {
  const { infrastructure, namespace, supersede } = options
  const host = await startedHost(terminal.err)
  const started = await host.rollback({
    key: randomUUID(),
    service,
    who: whoAmI(),
    ...(infrastructure === undefined ? {} : { infrastructure }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(supersede === undefined ? {} : { supersede }),
  })
  const { from = '', to = '' } = started.versions ?? {}
  const asked = Date.now()
  if (!terminal.json) terminal.err(`${service} ${from} → ${to}: execution ${started.id}${howText(started, to)}`)
  const code = await showStarted(started, options, terminal)
  if (!started.returning || code !== exit.returned) return code
  if (!terminal.json) terminal.out(backText(await host.report(started.id), asked))
  return exit.done
}

/** How long it may take, as far as it can be known before. */
function howText({ returning }: ExecutionStarted, to: string): string {
  if (!returning) return ', a run of its own: no pods of it are kept'
  return returning.warm
    ? ' goes back; the pods of the former version are all there: a change of the route'
    : ` goes back; pods of ${to} have to be started again first`
}

/** How long it took until nobody got the new version any more; where nothing was split, nobody ever did. */
function backText({ releases }: TrafficReport, asked: number): string {
  const settled = releases.flatMap(
    ({ shares }) => shares.findLast(({ next, acknowledged }) => next === 0 && acknowledged !== undefined) ?? [],
  )
  const last = Math.max(...settled.map(({ acknowledged = '' }) => Date.parse(acknowledged)))
  if (settled.length === 0 || last < asked) return 'nobody was on the new version any more'
  return `everybody was back after ${formatDuration(last - asked)}`
}
