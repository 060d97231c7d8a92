// A disk after a loss of power: one of the many states that a trace allows.
// 1. What was synced is there. Names (made, changed, removed) are kept in their order, as journaling file systems do: those before the last
//    sync for certain, of the later ones any beginning.
// 2. Every write that was not synced is there, or is not, or is there in some of its sectors.
import { closeSync, cpSync, ftruncateSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '#base/index.ts'
import type { DiskTrace, Operation } from './disk-trace.contract.ts'

/** Bytes that a disk writes whole or not at all. */
const SECTOR = 512

/** Makes the state in which the power went before operation `at`, in a new folder. Gives what had been said by then. */
export function crashState(
  trace: DiskTrace,
  at: number,
  where: { readonly base: string; readonly folder: string },
  random: Random,
): readonly string[] {
  const before = trace.operations.slice(0, at)
  cpSync(where.base, where.folder, { recursive: true })
  const disk = diskIn(where.folder, trace)
  const lastSync = before.findLastIndex(({ is }) => is === 'sync')
  const namesUntil = lastSync + Math.floor(random() * (before.length - lastSync + 1))
  const synced = lastSyncs(before)
  for (const [index, operation] of before.entries()) {
    if (operation.is === 'write') disk.write(operation, index < (synced.get(operation.file) ?? -1) ? 'whole' : fate(random), random)
    else if (index <= namesUntil) disk.rename(operation)
  }
  return before.flatMap(operation => (operation.is === 'said' ? [operation.what] : []))
}

type Fate = 'whole' | 'torn' | 'lost'

function fate(random: Random): Fate {
  const chance = random()
  return chance < 0.4 ? 'whole' : chance < 0.7 ? 'torn' : 'lost'
}

function lastSyncs(operations: readonly Operation[]): ReadonlyMap<number, number> {
  return new Map(operations.flatMap((operation, index) => (operation.is === 'sync' ? [[operation.file, index] as const] : [])))
}

/** A copy of the files, to which operations are done again. */
function diskIn(folder: string, { files }: DiskTrace) {
  const paths = new Map<number, string>(files)
  const change = (file: number, act: (descriptor: number) => void): void => {
    const path = paths.get(file)
    if (path === undefined) return
    const descriptor = openSync(join(folder, path), 'r+')
    act(descriptor)
    closeSync(descriptor)
  }
  const moved = (from: string, to: string | undefined): void => {
    for (const [file, path] of paths) {
      if (path === to) paths.delete(file)
      if (path !== from && !path.startsWith(`${from}/`)) continue
      if (to === undefined) paths.delete(file)
      else paths.set(file, to + path.slice(from.length))
    }
  }
  return {
    write({ file, position, bytes }: Operation & { readonly is: 'write' }, how: Fate, random: Random): void {
      if (how === 'lost') return
      const whole = Buffer.from(bytes, 'base64')
      change(file, descriptor => {
        if (how === 'whole') return void writeSync(descriptor, whole, 0, whole.length, position)
        for (let begin = 0; begin < whole.length;) {
          const end = Math.min(whole.length, begin + SECTOR - ((position + begin) % SECTOR))
          if (random() < 0.5) writeSync(descriptor, whole, begin, end - begin, position + begin)
          begin = end
        }
      })
    },
    /** Whatever concerns names and sizes. */
    rename(operation: Operation): void {
      if (operation.is === 'create') {
        paths.set(operation.file, operation.path)
        if (operation.folder) mkdirSync(join(folder, operation.path))
        else writeFileSync(join(folder, operation.path), '')
      }
      if (operation.is === 'rename') {
        moved(operation.from, operation.to)
        renameSync(join(folder, operation.from), join(folder, operation.to))
      }
      if (operation.is === 'remove') {
        moved(operation.path, undefined)
        rmSync(join(folder, operation.path), { recursive: true })
      }
      if (operation.is === 'resize') change(operation.file, descriptor => ftruncateSync(descriptor, operation.size))
    },
  }
}
