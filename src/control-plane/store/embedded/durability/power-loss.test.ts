import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openEmbeddedStore } from '../index.ts'
import { bundle, newFolder, templates, worker } from './bundle.contract.ts'
import { longest } from './lossy.contract.ts'

// Each takes two starts of the database.
const losses = Number(process.env['SLUICE_LOSSES'] ?? 5)

let program: string
const folders: string[] = []
beforeAll(async () => {
  program = await bundle('lossy.contract.ts')
})
afterAll(() => {
  for (const folder of [...folders, dirname(program)]) rmSync(folder, { recursive: true, force: true })
})

async function prepared(): Promise<string> {
  const folder = newFolder()
  folders.push(folder)
  await (await openEmbeddedStore({ folder, worker, templates })).close()
  return folder
}

/** Lets a process write until the power goes; gives what it had been told is written. */
function writeUntilThePowerGoes(folder: string, seed: number, how: 'durable' | 'asShipped'): string[] {
  const { stdout, stderr, signal } = spawnSync(
    process.env['SLUICE_NODE'] ?? process.execPath,
    [program, join(folder, 'database'), String(seed), how],
    { encoding: 'utf8' },
  )
  if (signal !== 'SIGKILL') throw new Error(`seed ${seed}: the power did not go\n${stderr}`)
  return stdout.split('\n').filter(line => line !== '')
}

/** What of it is not there any more; everything where the database does not even open. */
async function lost(folder: string, said: readonly string[]): Promise<string[]> {
  const store = await openEmbeddedStore({ folder, worker, templates }).catch(() => undefined)
  if (!store) return [...said]
  try {
    const there = new Set<string>()
    for (const { id } of await store.journal.list())
      for (const { name } of (await store.journal.load(id))?.events ?? []) there.add(`${id} ${name}`)
    return said.filter(line => !there.has(line))
  } catch {
    return [...said]
  } finally {
    await store.close().catch(() => {})
  }
}

// What a process has open, and what it wrote there, is found through /proc.
it.runIf(existsSync('/proc/self/fd'))(
  `loses nothing that was acknowledged when the power goes ${losses} times`,
  { timeout: 600_000 },
  async () => {
    const folder = await prepared()
    const said: string[] = []
    for (let seed = 1; seed <= losses; seed++) {
      const now = writeUntilThePowerGoes(folder, seed, 'durable')
      expect(now.length).toBeLessThan(longest)
      said.push(...now)
      expect(await lost(folder, said), `seed ${seed}`).toEqual([])
    }
    expect(said.length).toBeGreaterThan(losses)
  },
)

it.runIf(existsSync('/proc/self/fd'))('would lose it with PGlite as shipped', { timeout: 600_000 }, async () => {
  const folder = await prepared()
  const said = writeUntilThePowerGoes(folder, 1, 'asShipped')
  expect(said.length).toBeGreaterThan(0)
  expect((await lost(folder, said)).length).toBeGreaterThan(0)
})
