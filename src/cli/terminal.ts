import pc from 'picocolors'

/** Where a command writes, and how. */
export interface Terminal {
  /** A person looks at it: live views and colours. */
  readonly live: boolean
  readonly columns: number
  /** One JSON object per line instead of text. */
  readonly json: boolean
  out(text: string): void
  err(text: string): void
}

export function processTerminal(json: boolean): Terminal {
  return {
    live: process.stdout.isTTY === true && !json && process.env['TERM'] !== 'dumb',
    columns: process.stdout.columns || 100,
    json,
    out: text => void process.stdout.write(`${text}\n`),
    err: text => void process.stderr.write(`${text}\n`),
  }
}

export const colours = pc
