import { closeSync, mkdirSync, writeSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { systemClock, toFailureRecord, type Blame } from '#base/index.ts'
import { lockFolder, memoryStore, openEmbeddedStore } from '#control-plane/store/index.ts'
import { connectCluster } from '#delegate/kubernetes/index.ts'
import { hostAddress } from '#protocol/http/index.ts'
import { openHost, type HostOptions } from './host.ts'
import { openLogFile } from './log-file.ts'
import { readSettings, readyDescriptor, type Settings } from './settings.ts'

/** Exit codes, the same as the program's; its starter reads the failure from the line of its readiness, people from the log. */
const exits: Readonly<Record<Blame, number>> = { user: 2, world: 5, bug: 70 }

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  const ready = readyDescriptor(args)
  const { folder, socket } = hostAddress({ env: process.env, home: homedir(), cwd: process.cwd(), uid: process.getuid?.() ?? 0 })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'host.log')
  const file = openLogFile(path)
  const log = pino({ base: { pid: process.pid } }, { write: line => file.write(line) })
  process.on('uncaughtException', error => {
    log.fatal({ err: error }, 'bug')
    process.exit(exits.bug)
  })
  try {
    const settings = readSettings(args, process.env)
    const store = await openStore(settings.store, folder)
    const about = { version: process.env['SLUICE_VERSION'] ?? 'unknown', pid: process.pid, folder, store: settings.store, log: path }
    const cluster: HostOptions['cluster'] = async reference => connectCluster(reference)
    const host = await openHost({ store, clock: systemClock, random: Math.random, cluster, socket, idle: settings.idle, log, about })
    // It outlives the terminal of the command that started it.
    process.on('SIGHUP', () => log.info({}, 'the terminal is gone'))
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => host.stop(signal))
    tell(ready, 'ready\n')
    await host.ended
  } catch (error) {
    const failure = toFailureRecord(error)
    log.error({ ...(failure.blame === 'bug' ? { err: error } : {}), failure }, 'host does not start')
    tell(ready, JSON.stringify(failure))
    process.exitCode = exits[failure.blame]
  }
  file.close()
}

async function openStore(kind: Settings['store'], folder: string): Promise<HostOptions['store']> {
  if (kind === 'embedded') return openEmbeddedStore({ folder, worker: new URL('./database-worker.mjs', import.meta.url) })
  const unlock = lockFolder(join(folder, 'lock'))
  return { ...memoryStore(systemClock), close: async () => unlock() }
}

/** One line to whoever started it; then nothing is left that ties the two together. */
function tell(ready: number | undefined, line: string): void {
  if (ready === undefined) {
    process.stdout.write(line.endsWith('\n') ? line : `${line}\n`)
    return
  }
  writeSync(ready, line)
  closeSync(ready)
}

await main()
