import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ensureHost, findHost, localAddress, type HostClient } from './host-client/index.ts'

/** A program of ours that is started as a process: it stands beside this one in `dist/`. */
export function programFile(name: 'host' | 'sandbox'): string {
  const beside = fileURLToPath(new URL(`./${name}.mjs`, import.meta.url))
  return existsSync(beside) ? beside : fileURLToPath(new URL(`../${name}.mjs`, import.meta.url))
}

/** The host of this person, started where none runs. */
export function startedHost(): Promise<HostClient> {
  return ensureHost(localAddress(), { file: programFile('host') })
}

/** The host, if one runs. */
export function runningHost(): Promise<HostClient | undefined> {
  return findHost(localAddress())
}

/** Who asks: the user of this machine. A host on a Unix socket takes its owner's word. */
export function whoAmI(): string {
  return userInfo().username
}
