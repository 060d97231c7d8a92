import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seededRandom, type Random } from '#base/index.ts'
import { openEmbeddedStore } from '../index.ts'
import { bundle, newFolder, templates, worker } from './bundle.contract.ts'
import { crashState } from './crash-state.contract.ts'
import type { DiskTrace } from './disk-trace.contract.ts'
import { valueOf } from './recorder.contract.ts'

const seed = Number(process.env['SLUICE_SEED'] ?? 1)
// States of each of two traces. Each takes a copy and a start of the database.
const losses = Number(process.env['SLUICE_LOSSES'] ?? 3)

let program: string
const folders: string[] = []
beforeAll(async () => {
  program = await bundle('recorder.contract.ts')
})
afterAll(() => {
  for (const folder of [...folders, dirname(program)]) rmSync(folder, { recursive: true, force: true })
})

function folderOfOurs(): string {
  const folder = newFolder()
  folders.push(folder)
  return folder
}

async function prepared(): Promise<string> {
  const folder = folderOfOurs()
  await (await openEmbeddedStore({ folder, worker, templates })).close()
  return folder
}

/** A copy of a data folder, written on by a process. `base` is how its files were before. */
interface Recorded {
  readonly base: string
  readonly trace: DiskTrace
}

function recorded(base: string, id: string, how: 'durable' | 'asShipped'): Recorded {
  const work = folderOfOurs()
  crashState({ files: [], operations: [] }, 0, { base, folder: work }, () => 0)
  const output = join(folderOfOurs(), 'trace.json')
  const { status, stderr } = spawnSync(process.env['SLUICE_NODE'] ?? process.execPath, [program, join(work, 'database'), output, id, how], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the recorder ended with ${status}\n${stderr}`)
  return { base, trace: JSON.parse(readFileSync(output, 'utf8')) as DiskTrace }
}

interface After {
  readonly folder: string
  /** Said before the power went. */
  readonly said: readonly string[]
}

function powerLost({ base, trace }: Recorded, at: number, random: Random): After {
  const folder = folderOfOurs()
  crashState({ files: [], operations: [] }, 0, { base, folder }, random)
  rmSync(join(folder, 'database'), { recursive: true })
  const where = { base: join(base, 'database'), folder: join(folder, 'database') }
  return { folder, said: crashState(trace, at, where, random) }
}

/** Everything that is there, in order, and whole; undefined where the database does not even open. */
async function found(folder: string): Promise<{ readonly names: readonly string[]; readonly broken: readonly string[] } | undefined> {
  const store = await openEmbeddedStore({ folder, worker, templates }).catch(() => undefined)
  if (!store) return undefined
  try {
    const names: string[] = []
    const broken: string[] = []
    for (const { id } of await store.journal.list()) {
      const events = ((await store.journal.load(id))?.events ?? []).filter(event => event.kind === 'recorded')
      names.push(...events.map(({ name }) => `${id} ${name}`))
      const whole = events.map((_, n) => ({ name: `forward/n${n}`, value: valueOf(id, n) }))
      broken.push(
        ...events.filter(({ name, payload }, n) => name !== whole[n]?.name || payload.value !== whole[n].value).map(({ name }) => name),
      )
    }
    // It goes on from there.
    await store.journal.start({ id: 'later', program: 'later', input: {} })
    return { names, broken }
  } catch {
    return undefined
  } finally {
    await store.close().catch(() => {})
  }
}

/** Moments at which the power may go: anywhere, and just behind a sync or an answer, where a promise is new. */
function moments(trace: DiskTrace, count: number, random: Random): readonly number[] {
  const promises = trace.operations.flatMap(({ is }, index) => (is === 'sync' || is === 'said' ? [index + 1] : []))
  return Array.from({ length: count }, (_, n) =>
    n % 2 === 0 ? Math.floor(random() * trace.operations.length) : (promises[Math.floor(random() * promises.length)] ?? 0),
  )
}

/** How many files of the log were written: the change from one to the next is a moment of its own. */
function logFiles({ files, operations }: DiskTrace): number {
  const paths = new Map(files)
  for (const each of operations) if (each.is === 'create') paths.set(each.file, each.path)
  const written = operations.flatMap(each => (each.is === 'write' ? [paths.get(each.file) ?? ''] : []))
  return new Set(written.filter(path => path.startsWith('pg_wal/'))).size
}

it(`opens after a loss of power, has what was acknowledged, and nothing half, in ${2 * losses} states of two disks (seed ${seed})`, async () => {
  const random = seededRandom(seed)
  const first = recorded(await prepared(), 'x1', 'durable')
  let last: After | undefined
  const check = async (disk: Recorded, before: readonly string[]): Promise<void> => {
    for (const at of moments(disk.trace, losses, random)) {
      last = powerLost(disk, at, random)
      const said = [...before, ...last.said]
      const kept = await found(last.folder)
      expect({ at, opens: kept !== undefined, broken: kept?.broken }).toEqual({ at, opens: true, broken: [] })
      expect(
        said.filter(each => !kept?.names.includes(each)),
        `power lost at operation ${at}`,
      ).toEqual([])
    }
  }
  await check(first, [])

  // Once more on a disk that has lost its power already, from the recovery on.
  const half = powerLost(first, Math.floor(first.trace.operations.length / 2), random)
  const second = recorded(half.folder, 'x2', 'durable')
  await check(second, half.said)
  expect(logFiles(first.trace), 'files of the log that were written').toBeGreaterThan(1)
}, 600_000)

it('would lose it with PGlite as shipped', async () => {
  const disk = recorded(await prepared(), 'x1', 'asShipped')
  const { folder, said } = powerLost(disk, disk.trace.operations.length, seededRandom(seed))
  expect(said.length).toBeGreaterThan(0)
  const kept = await found(folder)
  expect(said.filter(each => !kept?.names.includes(each)).length).toBeGreaterThan(0)
}, 600_000)
