import type { HostView } from '#protocol/http/index.ts'
import { cli } from '../failures.ts'
import { exit } from '../exit.ts'
import { runningHost, startedHost, whoAmI } from '../host.ts'
import { ago, clockTime } from '../show/time.ts'
import type { Terminal } from '../terminal.ts'
import { tellTrouble } from '../trouble.ts'

/** `sluice host [status | start | stop]` */
export async function host([verb = 'status']: readonly string[], _: object, terminal: Terminal): Promise<number> {
  const show = (view: HostView, says: string): number => {
    terminal.out(terminal.json ? JSON.stringify(view) : says)
    return exit.done
  }
  if (verb === 'start') {
    const view = await (await startedHost(terminal.err)).host()
    return show(view, text(view))
  }
  const running = await runningHost()
  if (verb === 'status') {
    if (running) {
      const view = await running.host()
      tellTrouble(view, terminal)
      return show(view, text(view))
    }
    terminal.out(terminal.json ? JSON.stringify({ running: false }) : 'not running; the next command that needs it starts it')
    return exit.done
  }
  if (!running) throw cli.NO_HOST({})
  const view = await running.stop(whoAmI())
  return show(
    view,
    view.running === 0
      ? 'stopped'
      : `stopped; ${view.running === 1 ? '1 execution goes' : `${view.running} executions go`} on with the next command`,
  )
}

function text({ pid, folder, startedAt, running, log, idleEndsAt, version }: HostView): string {
  const ends = idleEndsAt === undefined ? '' : `, ends by itself at ${clockTime(idleEndsAt)} if nothing is started`
  return `version ${version}, process ${pid}, started ${ago(startedAt, Date.now())}, ${running === 1 ? '1 execution' : `${running} executions`} running${ends}\nfolder ${folder}\nlog ${log}`
}
