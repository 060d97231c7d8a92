// A process that writes a journal on a disk which forgets, at a moment of its choosing, what was not synced; then it dies.
import { fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { seededRandom, type Random } from '#base/index.ts'
import { sqlJournal } from '../../sql/journal.ts'
import { databaseOn } from '../database.ts'
import { DurableNodeFS, startParams } from '../durable-fs.ts'

/** As many as a run can write before the disk forgets. */
export const longest = 400

interface Stream {
  readonly nfd: number
  readonly position: number
}

interface Operations {
  write(stream: Stream, buffer: Uint8Array, offset: number, length: number, position?: number): number
  fsync?(stream: Stream): number
}

interface Unsynced {
  /** Stays open: the file may be renamed or removed before it is written back. */
  readonly file: number
  readonly inode: number
  readonly position: number
  readonly before: Uint8Array
}

/** Remembers what every write since the last sync of its file has replaced, and gives it back at write number `at`: each with even odds. */
function forgetting(operations: Operations, random: Random, at: number): void {
  let unsynced: Unsynced[] = []
  let writes = 0
  const { write, fsync } = operations
  operations.fsync = stream => {
    const done = fsync?.(stream) ?? 0
    // As shipped there is no fsync here: then nothing is ever forgotten to be forgotten.
    if (fsync) unsynced = unsynced.filter(each => each.inode !== fstatSync(stream.nfd).ino)
    return done
  }
  operations.write = (stream, buffer, offset, length, position) => {
    const where = position ?? stream.position
    const before = new Uint8Array(length)
    const file = openSync(`/proc/self/fd/${stream.nfd}`, 'r')
    readSync(file, before, 0, length, where)
    unsynced.push({ file, inode: fstatSync(file).ino, position: where, before })
    const written = write(stream, buffer, offset, length, position)
    if (++writes === at) loseThePower(unsynced, random)
    return written
  }
}

function loseThePower(unsynced: readonly Unsynced[], random: Random): void {
  for (const { file, position, before } of unsynced.toReversed())
    if (random() < 0.5) writeSync(openSync(`/proc/self/fd/${file}`, 'r+'), before, 0, before.length, position)
  process.kill(process.pid, 'SIGKILL')
}

async function main(folder: string, seed: number, durable: boolean): Promise<void> {
  const random = seededRandom(seed)
  const fs = durable ? new DurableNodeFS(folder) : new NodeFS(folder)
  const pg = await PGlite.create({ fs, ...(durable ? { startParams: [...startParams] } : {}) })
  const { NODEFS } = pg.Module as unknown as { NODEFS: { stream_ops: Operations } }
  forgetting(NODEFS.stream_ops, random, 20 + Math.floor(random() * 200))
  const journal = sqlJournal(databaseOn(pg, () => {}))
  const [id, program] = [`x${seed}`, `p${seed}`]
  await journal.start({ id, program: program, input: {} })
  const claimed = await journal.claim({ programs: [program], lease: 1 })
  if (claimed.is !== 'claimed') throw new Error('nothing to claim')
  for (let i = 0; i < longest; i++) {
    await journal.append(claimed.claim, { entries: [{ name: `forward/n${i}`, kind: 'recorded', payload: { value: i } }] })
    // Synchronously: what is said before the power goes is said.
    writeSync(1, `${id} forward/n${i}\n`)
  }
}

const [, , folder, seed, durable] = process.argv
if (folder && seed) await main(folder, Number(seed), durable === 'durable')
