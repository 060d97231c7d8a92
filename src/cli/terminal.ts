import pc from 'picocolors'

/** Where a command writes, and how. */
export interface Terminal {
  /** A person looks at it: live views and colours. */
  readonly live: boolean
  /** Width of the screen as it is now; endless where it is none. */
  readonly columns: number
  /** One JSON object per line instead of text. */
  readonly json: boolean
  out(text: string): void
  err(text: string): void
}

export function processTerminal(json: boolean): Terminal {
  return {
    live: process.stdout.isTTY === true && !json && process.env['TERM'] !== 'dumb',
    // What goes into a file or a pipe is not wrapped.
    get columns() {
      return process.stdout.isTTY ? process.stdout.columns || 100 : Number.MAX_SAFE_INTEGER
    },
    json,
    out: text => void process.stdout.write(`${text}\n`),
    err: text => void process.stderr.write(`${text}\n`),
  }
}

export const colours = pc
