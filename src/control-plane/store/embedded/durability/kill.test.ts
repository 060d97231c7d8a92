import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seededRandom } from '#base/index.ts'
import type { JournalEvent } from '#control-plane/engine/index.ts'
import { openEmbeddedStore } from '../index.ts'
import { bundle, newFolder, templates, worker } from './bundle.contract.ts'
import { rounds } from './child.contract.ts'

const seed = Number(process.env['SLUICE_SEED'] ?? 1)
const kills = 20

const folder = newFolder()
let child: string
let running: ChildProcess | undefined
beforeAll(async () => {
  child = await bundle('child.contract.ts')
})
afterAll(() => {
  running?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
  rmSync(dirname(child), { recursive: true, force: true })
})

/** Runs the child until it has said `acks` things and `delay` milliseconds have passed, or is done. Returns what it said. */
async function runAndKill(acks: number, delay: number): Promise<string[]> {
  const said: string[] = []
  const process_ = spawn(process.env['SLUICE_NODE'] ?? process.execPath, [child, folder, worker.href, templates], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running = process_
  const exit = once(process_, 'exit')
  for await (const line of createInterface({ input: process_.stdout })) {
    said.push(line)
    if (said.length === acks) setTimeout(() => process_.kill('SIGKILL'), delay)
  }
  await exit
  return said
}

const valueOf = (event: JournalEvent): unknown =>
  event.kind === 'recorded' ? event.payload.value : event.kind === 'succeeded' ? event.payload.output : undefined

it(`loses nothing that was acknowledged when the process is killed ${kills} times (seed ${seed})`, { timeout: 600_000 }, async () => {
  const random = seededRandom(seed)
  const said: string[] = []
  for (let i = 0; i < kills; i++) said.push(...(await runAndKill(1 + Math.floor(random() * 6), random() * 10)))
  const survived = said.filter(line => line.startsWith('ack ')).length
  expect(said.some(line => line.startsWith('done'))).toBe(false)
  said.push(...(await runAndKill(Infinity, 0)))

  const store = await openEmbeddedStore({ folder, worker, templates })
  const loaded = await store.journal.load('x')
  await store.close()
  const values = new Map(loaded?.events.map(event => [event.name, valueOf(event)]))
  expect(loaded?.row.status).toBe('succeeded')
  expect(said.at(-1)).toBe(
    `done ${Array.from({ length: rounds }, (_, i) => Number(values.get(`forward/t${i}`))).reduce((a, b) => a + b, 0)}`,
  )
  expect(survived).toBeGreaterThan(0)
  const acknowledged = said.filter(line => line.startsWith('ack ')).map(line => line.split(' ').slice(1))
  expect(acknowledged.filter(([name, value]) => String(values.get(name ?? '')) !== value)).toEqual([])
  for (let i = 0; i < rounds; i++) expect(values.get(`forward/t${i}`)).toBe(2 * Number(values.get(`forward/n${i}`)))
})
