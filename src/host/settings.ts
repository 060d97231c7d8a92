import { parseArgs } from 'node:util'
import { parseDuration } from '#base/index.ts'
import { host } from './failures.ts'

/** How this host differs from the usual one. Flags win over the environment. */
export interface Settings {
  readonly store: 'embedded' | 'memory'
  /** Milliseconds without anything to do, after which it ends. */
  readonly idle: number
}

/** Long enough for a coffee between two commands, short enough to leave nothing behind on a laptop. */
const usualIdle = '10m'

export function readSettings(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Settings {
  const values = flags(args)
  const store = values.store ?? env['SLUICE_HOST_STORE'] ?? 'embedded'
  if (store !== 'embedded' && store !== 'memory') throw host.SETTING({ setting: 'store', value: store, wanted: 'embedded or memory' })
  const idleText = values.idle ?? env['SLUICE_HOST_IDLE'] ?? usualIdle
  const idle = parseDuration(idleText)
  if (idle === undefined) throw host.SETTING({ setting: 'idle', value: idleText, wanted: 'a duration like 10m' })
  return { store, idle }
}

/** Where the one line goes that tells the host's starter how the start went; undefined: to the terminal. */
export function readyDescriptor(args: readonly string[]): number | undefined {
  const ready = flags(args)['ready-fd']
  return ready === undefined ? undefined : Number(ready)
}

function flags(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: { store: { type: 'string' }, idle: { type: 'string' }, 'ready-fd': { type: 'string' } },
  }).values
}
