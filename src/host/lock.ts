import { closeSync, linkSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { host } from './failures.ts'

/**
 * One host per data folder. Invariants:
 * 1. The lock is a file made whole (written under another name, then linked): nobody ever reads half of it.
 * 2. It names a process by pid and start time, so that a pid given to another process later does not keep the folder locked.
 * 3. Only a lock whose process is gone is taken away, and only by a rename that is undone if it caught another lock than the one judged.
 */
export interface Lock {
  release(): void
}

interface Owner {
  readonly pid: number
  /** When the process started, in the kernel's own words; empty where the system does not tell. */
  readonly started: string
}

/** Takes the folder for this process, or fails with the pid of the host that has it. */
export function lockFolder(folder: string, self: Owner = { pid: process.pid, started: startOf(process.pid) }): Lock {
  const path = join(folder, 'host.lock')
  const mine = join(folder, `host.lock.${self.pid}`)
  write(mine, self)
  try {
    take(folder, path, mine)
  } finally {
    unlinkSync(mine)
  }
  return { release: () => void (sameOwner(ownerOf(path), self) && unlinkSync(path)) }
}

function take(folder: string, path: string, mine: string): void {
  // Two rounds: the first may find the lock of a host that was killed; a third finds a living host, or nobody.
  for (let round = 1; ; round++) {
    try {
      return linkSync(mine, path)
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
    }
    const owner = ownerOf(path)
    if (owner && (isAlive(owner) || round > 2)) throw host.FOLDER_TAKEN({ folder, pid: owner.pid })
    if (owner) removeStale(path, owner)
  }
}

/** Takes away the lock of a process that is gone; puts it back when another host was faster. */
function removeStale(path: string, judged: Owner): void {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
    if (!sameOwner(ownerOf(aside), judged)) linkSync(aside, path)
    unlinkSync(aside)
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'EEXIST')) throw error
  }
}

function write(path: string, owner: Owner): void {
  const file = openSync(path, 'w', 0o600)
  writeSync(file, JSON.stringify(owner))
  closeSync(file)
}

function ownerOf(path: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

const sameOwner = (a: Owner | undefined, b: Owner): boolean => a?.pid === b.pid && a.started === b.started

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if (isCode(error, 'ESRCH')) return false
  }
  return startOf(owner.pid) === owner.started
}

/** Field 22 of /proc/PID/stat (ticks since boot) with the boot's own id; elsewhere nothing is known but the pid. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return ''
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code
}
