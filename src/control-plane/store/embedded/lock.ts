import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { randomUUID } from 'node:crypto'
import { store as failures } from '../failures.ts'

/** Who holds a lock. `started` tells a process from a later one with the same number. */
interface Holder {
  readonly id: string
  readonly pid: number
  readonly host: string
  readonly started: string
}

/**
 * Takes the lock of a data folder, or fails with the holder's name. Node has no flock, so:
 * 1. The lock is a file that appears complete, and only where there is none (link).
 * 2. A lock whose process is gone is taken over by the one who holds a lock on just that: the same again, named for the dead holder.
 * 3. A process on another machine counts as alive.
 */
export function lockFolder(path: string): () => void {
  const self: Holder = { id: randomUUID(), pid: process.pid, host: hostname(), started: startOf(process.pid) }
  take(path, self, 0)
  return () => release(path, self)
}

function take(path: string, self: Holder, depth: number): void {
  for (;;) {
    if (linked(path, self)) return
    const holder = read(path)
    if (!holder) continue
    if (depth > 3 || isAlive(holder)) throw failures.LOCKED({ folder: dirname(path), pid: holder.pid, host: holder.host, lock: path })
    const takeOver = `${path}.${holder.id}`
    take(takeOver, self, depth + 1)
    try {
      // Somebody may have done all this in between.
      if (read(path)?.id === holder.id) unlinkSync(path)
    } finally {
      release(takeOver, self)
    }
  }
}

function linked(path: string, self: Holder): boolean {
  const candidate = `${path}.${self.id}.new`
  try {
    writeFileSync(candidate, JSON.stringify(self), { mode: 0o600 })
    linkSync(candidate, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code === 'ENOSPC') throw failures.DISK_FULL({ folder: dirname(path), free: 0 }, error)
    throw failures.UNUSABLE({ folder: dirname(path), why: (error as Error).message }, error)
  } finally {
    remove(candidate)
  }
}

function read(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw failures.UNUSABLE({ folder: dirname(path), why: `its lock file cannot be read (${(error as Error).message})` }, error)
  }
}

function release(path: string, self: Holder): void {
  if (read(path)?.id === self.id) remove(path)
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function isAlive({ pid, host, started }: Holder): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return startOf(pid) === started && !hasEnded(pid)
}

/** When a process started, as Linux tells it (boot, and ticks since then); elsewhere nothing, and a number that is used again counts as alive. */
function startOf(pid: number): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${statOf(pid)[19]}`
  } catch {
    return ''
  }
}

/**
 * A process that was killed keeps its number until its parent has taken notice, which the first process of many containers never does.
 * Its files are closed once its last other thread is gone.
 */
function hasEnded(pid: number): boolean {
  try {
    const { 0: state, 17: threads } = statOf(pid)
    return (state === 'Z' && Number(threads) <= 1) || state === 'X'
  } catch {
    return false
  }
}

/** What Linux tells of a process, from its state on (proc_pid_stat(5), field 3); its name before that may hold anything. */
function statOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(') ') + 2).split(' ')
}
