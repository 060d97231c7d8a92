import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { fileURLToPath } from 'node:url'
import { systemClock, type Clock } from '#base/index.ts'
import { ensureHost, findHost, localAddress, type HostClient } from './host-client/index.ts'

/** A program of ours that is started as a process: it stands beside this one in `dist/`. */
export function programFile(name: 'host' | 'sandbox'): string {
  const beside = fileURLToPath(new URL(`./${name}.mjs`, import.meta.url))
  return existsSync(beside) ? beside : fileURLToPath(new URL(`../${name}.mjs`, import.meta.url))
}

/** The host of this person, started where none runs. `say` hears of it where that takes long. */
export function startedHost(say?: (text: string) => void): Promise<HostClient> {
  const host = ensureHost(localAddress(), { file: programFile('host') })
  return say ? toldWhereSlow(host, () => say(starting), systemClock) : host
}

const starting = 'starting the host in the background; its first start makes a database, which takes some seconds'
/** Milliseconds of silence that look like a hang. */
const silence = 1000

/** Tells once that something is under way where it is not done soon. */
export function toldWhereSlow<T>(work: Promise<T>, tell: () => void, clock: Clock): Promise<T> {
  return work.finally(clock.after(silence, tell))
}

/** The host, if one runs. */
export function runningHost(): Promise<HostClient | undefined> {
  return findHost(localAddress())
}

/** Who asks: the user of this machine. A host on a Unix socket takes its owner's word. */
export function whoAmI(): string {
  return userInfo().username
}
