// A process that writes a journal, and writes down what that did to the disk.
import { writeFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { seededRandom } from '#base/index.ts'
import { sqlJournal } from '../../sql/journal.ts'
import { databaseOn } from '../database.ts'
import { DurableNodeFS, startParams } from '../durable-fs.ts'
import { recordDisk, type DiskTrace, type NodeFiles } from './disk-trace.contract.ts'

/** Entries that it appends; a checkpoint is made in the middle. */
export const entries = 30

/** Characters of an entry, in turn: from less than a sector to many pages, and together more than a file of the log holds. */
const lengths = [20, 900, 9000, 90_000]

/** The value of an entry: one that no compression makes smaller, and of which no part can be taken for another. */
export function valueOf(id: string, n: number): string {
  const random = seededRandom(n)
  const words: string[] = []
  while (words.length * 7 < (lengths[n % lengths.length] ?? 0))
    words.push(
      Math.floor(random() * 2 ** 32)
        .toString(36)
        .padStart(7, '0'),
    )
  return `${id} ${n} ${words.join('')}`
}

async function main(folder: string, output: string, id: string, durable: boolean): Promise<void> {
  let trace: (DiskTrace & { said(what: string): void }) | undefined
  // Before PostgreSQL begins: what it does to recover is written down too.
  const recorded = <Kind extends new (folder: string) => NodeFS>(Base: Kind): NodeFS => {
    const fs = new Base(folder)
    const init = fs.init.bind(fs)
    fs.init = async (pg, options) => {
      const { emscriptenOpts } = await init(pg, options)
      const record = (module: unknown): void => void (trace = recordDisk((module as { NODEFS: NodeFiles }).NODEFS, folder))
      // The last one: the recorder sees the sync that one of the others brings.
      return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), record] } }
    }
    return fs
  }
  const fs = recorded(durable ? DurableNodeFS : NodeFS)
  const pg = await PGlite.create({ fs, ...(durable ? { startParams: [...startParams] } : {}) })
  const journal = sqlJournal(databaseOn(pg, () => {}))
  await journal.start({ id, program: id, input: {} })
  const claimed = await journal.claim({ programs: [id], lease: 1 })
  if (claimed.is !== 'claimed') throw new Error('nothing to claim')
  for (let n = 0; n < entries; n++) {
    await journal.append(claimed.claim, { entries: [{ name: `forward/n${n}`, kind: 'recorded', payload: { value: valueOf(id, n) } }] })
    trace?.said(`${id} forward/n${n}`)
    if (n === entries / 2) await pg.exec('checkpoint')
  }
  writeFileSync(output, JSON.stringify(trace))
  process.exit(0)
}

const [, , folder, output, id, durable] = process.argv
if (folder && output && id) await main(folder, output, id, durable === 'durable')
