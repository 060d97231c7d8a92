import type { ExecutionView, LogLine } from '#protocol/http/index.ts'
import { logLine } from '../follow.ts'
import { executionView } from '../show/execution.ts'
import { redrawing } from '../show/redraw.ts'
import { colours, type Terminal } from '../terminal.ts'
import type { Tally } from './judge.ts'

/** Where the demo is shown: a screen that is drawn over itself, or lines. */
export interface Stage {
  say(text: string): void
  line(line: LogLine): void
  show(view: ExecutionView): void
  /** From now on the measured traffic is shown too; the returned function ends that. */
  measure(tally: () => Tally): () => void
  end(view: ExecutionView, tally: Tally): void
}

/** Milliseconds between two looks at the measured traffic: a screen is drawn over itself, lines would scroll away what matters. */
const every = { screen: 500, lines: 3000 } as const

export function newStage(terminal: Terminal): Stage {
  let view: ExecutionView | undefined
  let measured: (() => Tally) | undefined
  let redraw = redrawing()
  const draw = (): void => {
    if (!terminal.live || !view) return
    const lines = [executionView(view, terminal.columns, Date.now()), ...(measured ? [tallyText(measured())] : [])].join('\n')
    redraw(lines)
  }
  return {
    say(text) {
      redraw = redrawing()
      terminal.out(terminal.json ? JSON.stringify({ says: text }) : colours.dim(text))
    },
    line(line) {
      if (terminal.json) terminal.out(JSON.stringify({ line }))
      else if (!terminal.live) terminal.out(logLine(line))
    },
    show(next) {
      view = next
      draw()
    },
    measure(tally) {
      measured = tally
      const show = (): void =>
        terminal.live ? draw() : terminal.out(terminal.json ? JSON.stringify({ measured: tally() }) : tallyText(tally()))
      const timer = setInterval(show, terminal.live ? every.screen : every.lines)
      return () => {
        clearInterval(timer)
        measured = undefined
      }
    },
    end(last, tally) {
      view = last
      if (terminal.json) return terminal.out(JSON.stringify({ view: last, measured: tally }))
      if (terminal.live) draw()
      else terminal.out(executionView(last, terminal.columns, Date.now()))
      terminal.out(tallyText(tally))
    },
  }
}

/** Measured shares and errors by version, beside what was lost or went to the wrong version. */
function tallyText({ requests, lost, wrongVersion, byVersion }: Tally): string {
  const answers = Object.values(byVersion).reduce((sum, each) => sum + each.answers, 0)
  const versions = Object.entries(byVersion).map(([version, each]) => {
    const share = ((each.answers * 100) / Math.max(1, answers)).toFixed(1)
    return `${version}: ${each.answers} answers (${share} %)${each.errors > 0 ? colours.red(`, ${each.errors} errors`) : ''}`
  })
  const trouble = lost + wrongVersion > 0 ? colours.red : colours.green
  return `measured  ${requests} requests   ${versions.join('   ')}   ${trouble(`lost ${lost}   wrong version ${wrongVersion}`)}`
}
