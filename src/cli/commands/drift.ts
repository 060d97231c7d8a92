import type { DriftView } from '#protocol/http/index.ts'
import { exit } from '../exit.ts'
import { startedHost } from '../host.ts'
import { clockTime } from '../show/time.ts'
import { colours, type Terminal } from '../terminal.ts'
import { whichToShow } from '../which.ts'

type Found = DriftView['found'][number]
type Drift = Found['drift'][number]

/** `sluice drift [execution]`: what others did to what the run wrote, three ways: before the run, ours, live. */
export async function drift([name]: readonly string[], _: object, terminal: Terminal): Promise<number> {
  const host = await startedHost(terminal.err)
  const view = await host.drift(await whichToShow(name, host))
  if (terminal.json) terminal.out(JSON.stringify(view))
  else
    terminal.out(
      view.found.length === 0 ? `${view.execution}: nobody else wrote to what it wrote` : view.found.flatMap(foundLines).join('\n'),
    )
  return exit.done
}

function foundLines({ at, drift: all, putBack, owner, rule }: Found): readonly string[] {
  return [
    ...all.flatMap(each => driftLines(at, each)),
    ...(putBack ? ["  the run's split was put back at once"] : []),
    ...(owner === undefined ? [] : [`  ${owner} deploys it`]),
    ...(rule === undefined ? [] : rule.split('\n').map(line => `    ${line}`)),
  ]
}

function driftLines(at: string, { object, path, is, by, base, ours, live }: Drift): readonly string[] {
  const kind = is === 'conflicting' ? colours.red(is) : is
  const who = by ? `  by ${by.manager}${by.at === undefined ? '' : ` at ${clockTime(by.at)}`}` : ''
  const value = (name: string, of: unknown): string => `    ${name}  ${of === undefined ? colours.dim('absent') : JSON.stringify(of)}`
  return [`${clockTime(at)}  ${kind}  ${object}  ${path}${who}`, value('base', base), value('ours', ours), value('live', live)]
}
