import { exit } from '../exit.ts'
import { follow, logLine } from '../follow.ts'
import { startedHost } from '../host.ts'
import type { Terminal } from '../terminal.ts'
import { whichToShow } from '../which.ts'

/** `sluice logs [execution] [--follow]`: what happened, a line per event; with `--follow` the live view until it ends. */
export async function logs([name]: readonly string[], options: { readonly follow?: boolean }, terminal: Terminal): Promise<number> {
  const host = await startedHost(terminal.err)
  const id = await whichToShow(name, host)
  if (options.follow) return follow(id, { waitForPeople: true }, terminal)
  const { lines } = await host.log(id)
  for (const line of lines) terminal.out(terminal.json ? JSON.stringify(line) : logLine(line))
  return exit.done
}
