import type { ExecutionView } from '#protocol/http/index.ts'
import { executionView } from './show/execution.ts'
import { redrawing } from './show/redraw.ts'
import type { Terminal } from './terminal.ts'
import { tellTrouble, troubleLines, type Troubled } from './trouble.ts'

/** Milliseconds between two drawings of a live view while nothing changes: times on it go on. */
const REDRAW = 500

/** Where an execution that is followed is shown. */
export interface Screen {
  show(view: ExecutionView): void
  /** What the host says of trouble now. */
  about(said: Troubled): void
  end(): void
}

/** A view that is drawn over itself, with the trouble of its host below as long as it lasts; on anything but a terminal, its beginning only. */
export function newScreen(terminal: Terminal, draw?: (text: string) => void): Screen {
  return terminal.live ? liveScreen(terminal, draw ?? redrawing()) : lines(terminal)
}

function liveScreen(terminal: Terminal, redraw: (text: string) => void): Screen {
  let view: ExecutionView | undefined
  let trouble: Troubled = {}
  const draw = (): void => {
    if (view) redraw([executionView(view, terminal.columns, Date.now(), true), ...troubleLines(trouble, terminal.columns)].join('\n'))
  }
  const timer = setInterval(draw, REDRAW)
  timer.unref()
  return {
    show(next) {
      view = next
      draw()
    },
    about: said => void (trouble = said),
    end() {
      clearInterval(timer)
      view = undefined
    },
  }
}

function lines(terminal: Terminal): Screen {
  let told: string | undefined
  return {
    show: () => undefined,
    about(said) {
      if (said.trouble?.since !== told) tellTrouble(said, terminal)
      told = said.trouble?.since
    },
    end: () => undefined,
  }
}
