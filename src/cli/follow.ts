import { Failure, systemClock } from '#base/index.ts'
import type { ExecutionView, LiveEvent, LogLine } from '#protocol/http/index.ts'
import { exit } from './exit.ts'
import { startedHost } from './host.ts'
import type { HostClient } from './host-client/index.ts'
import { countsText } from './report/text.ts'
import { newScreen, type Screen } from './screen.ts'
import { executionView } from './show/execution.ts'
import { clockTime, withLocalTimes } from './show/time.ts'
import { colours, type Terminal } from './terminal.ts'
import { watchTrouble } from './trouble.ts'

export interface FollowOptions {
  /** Without a terminal: end with exit code 3 as soon as a person is needed. */
  readonly waitForPeople: boolean
}

/**
 * Shows an execution until it ends: a view that is drawn in place on a terminal, else one line per event. Ctrl-C leaves it running.
 * A host that was killed is started again, and the view goes on where it was.
 */
export async function follow(id: string, options: FollowOptions, terminal: Terminal): Promise<number> {
  const leaving = new AbortController()
  const leave = (): void => leaving.abort(new Error('left'))
  process.once('SIGINT', leave)
  const following: Following = { id, options, terminal, screen: newScreen(terminal), signal: leaving.signal, seq: 0 }
  try {
    for (;;) {
      const code = await followOnce(following)
      if (code !== undefined) return code
    }
  } finally {
    process.removeListener('SIGINT', leave)
    following.screen.end()
  }
}

interface Following {
  readonly id: string
  readonly options: FollowOptions
  readonly terminal: Terminal
  readonly screen: Screen
  readonly signal: AbortSignal
  /** Number of the last line that was told. */
  seq: number
}

/** Until the execution ends or is left, which gives an exit code, or until the host is gone. */
async function followOnce(following: Following): Promise<number | undefined> {
  const { id, terminal, screen, signal } = following
  try {
    const host = await startedHost()
    const code = await takeAll(host, following)
    if (code !== undefined) return code
    return await ended(host, await host.get(id), screen, terminal)
  } catch (error) {
    if (signal.aborted) return left(id, screen, terminal)
    if (error instanceof Failure && error.code === 'SL-HOST-GONE') return undefined
    throw error
  }
}

/** Everything that comes of it, and beside it what keeps its host from going on: of that nothing comes. */
async function takeAll(host: HostClient, following: Following): Promise<number | undefined> {
  const { id, screen, signal } = following
  const watching = new AbortController()
  void watchTrouble(host, said => screen.about(said), systemClock, watching.signal)
  try {
    for await (const event of host.events(id, following.seq, signal)) {
      const code = take(event, following)
      if (code !== undefined) return code
    }
    return undefined
  } finally {
    watching.abort()
    screen.about({})
  }
}

function take(event: LiveEvent, following: Following): number | undefined {
  const { terminal, screen, options } = following
  if (event.type === 'line') {
    following.seq = event.line.seq
    tellLine(event.line, terminal)
  }
  if (event.type !== 'view') return undefined
  screen.show(event.view)
  return needsPerson(event.view) && !terminal.live && !options.waitForPeople ? personNeeded(event.view, terminal) : undefined
}

function needsPerson(view: ExecutionView): boolean {
  return view.status === 'waiting'
}

function tellLine(line: LogLine, terminal: Terminal): void {
  if (terminal.live) return
  if (terminal.json) return terminal.out(JSON.stringify({ type: 'line', line }))
  terminal.out(logLine(line))
}

/** One event as a line: time and words. */
export function logLine({ at, level, says }: LogLine): string {
  const paint = level === 'error' ? colours.red : level === 'warn' ? colours.yellow : (text: string): string => text
  return `${colours.dim(clockTime(at))}  ${paint(withLocalTimes(says))}`
}

async function ended(host: HostClient, view: ExecutionView, screen: Screen, terminal: Terminal): Promise<number> {
  const report = await host.report(view.id)
  screen.show(view)
  screen.end()
  if (terminal.json) terminal.out(JSON.stringify({ type: 'end', view }))
  else if (!terminal.live) terminal.out(executionView(view, terminal.columns, Date.now()))
  if (!terminal.json && report.countedBy.length > 0) terminal.out(`  ${countsText(report)}`)
  return view.exit ?? exit.bug
}

function personNeeded(view: ExecutionView, terminal: Terminal): number {
  if (terminal.json) terminal.out(JSON.stringify({ type: 'person', view }))
  else terminal.out(executionView(view, terminal.columns, Date.now()))
  return exit.person
}

function left(id: string, screen: Screen, terminal: Terminal): number {
  screen.end()
  terminal.err(
    `Execution ${id} goes on without this terminal.\n  look again: sluice logs ${id} --follow\n  take it back: sluice abort ${id}`,
  )
  return exit.done
}
