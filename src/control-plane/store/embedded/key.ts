import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { store as failures } from '../failures.ts'
import { keyBytes } from '../sealing.ts'

/**
 * The key of a data folder: made on first use, for this user alone. It lies beside the database and not in it, so that a copy of the database
 * gives nothing away. Whoever calls holds the folder's lock.
 */
export function keyIn(folder: string): Uint8Array {
  const path = join(folder, 'key')
  try {
    if (!existsSync(path)) keep(path, randomBytes(keyBytes))
    const key = readFileSync(path)
    if (key.length !== keyBytes) throw new Error(`its key has ${key.length} bytes, and should have ${keyBytes}`)
    return new Uint8Array(key)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw failures.DISK_FULL({ folder, free: 0 }, error)
    throw failures.UNUSABLE({ folder, why: (error as Error).message }, error)
  }
}

/** On the disk before anything is sealed with it: all of it, or nothing. */
function keep(path: string, key: Uint8Array): void {
  const unfinished = `${path}.new`
  const file = openSync(unfinished, 'w', 0o600)
  writeSync(file, key)
  fsyncSync(file)
  closeSync(file)
  renameSync(unfinished, path)
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
