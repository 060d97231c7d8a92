import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import type { memoryStore } from '#control-plane/store/index.ts'
import { scenarios } from './simulation/scenarios.contract.ts'
import type * as Unrest from './simulation/unrest.contract.ts'

const here = fileURLToPath(new URL('..', import.meta.url))
const there = fileURLToPath(new URL('../../../.cache/mutants', import.meta.url))

/** What keeps an invariant, and the same without it. Paths from src/control-plane. */
const mutants: readonly { readonly without: string; readonly file: string; readonly from: string; readonly to: string }[] = [
  { without: 'the epoch of the owner [1]', file: 'store/memory/journal.ts', from: ' && execution.epoch === claim.epoch', to: '' },
  { without: 'an epoch that rises [2]', file: 'store/memory/journal.ts', from: 'first.epoch += 1', to: '' },
  { without: 'the attempt of the delegate [2]', file: 'store/memory/tasks.ts', from: ' && task.attempt === attempt.attempt', to: '' },
  { without: 'an attempt that rises [2]', file: 'store/memory/tasks.ts', from: 'task.attempt += 1', to: '' },
  { without: 'a lease that ends', file: 'store/memory/tasks.ts', from: 'task.leaseUntil <= now', to: 'false' },
  {
    without: 'the look for news before parking [5]',
    file: 'store/memory/journal.ts',
    from: 'hasNews(rows, execution) ? rows.clock.now() : ',
    to: '',
  },
  {
    without: 'the wake-up by a message [5]',
    file: 'store/memory/journal.ts',
    from: 'Math.min(execution.wakeAt, rows.clock.now())',
    to: 'execution.wakeAt',
  },
  {
    without: 'the wake-up by a result [5]',
    file: 'store/memory/tasks.ts',
    from: 'Math.min(execution.wakeAt, rows.clock.now())',
    to: 'execution.wakeAt',
  },
  {
    without: 'the look for news before a deadline counts [5]',
    file: 'engine/moves.ts',
    from: "kind: 'expired', payload: {} }], unlessNews: true",
    to: "kind: 'expired', payload: {} }]",
  },
  {
    without: 'the look for news before the end [5]',
    file: 'engine/moves.ts',
    from: "finish: 'succeeded', unlessNews: true",
    to: "finish: 'succeeded'",
  },
  { without: 'a lane that stays ended', file: 'engine/owner.ts', from: '.filter(({ lane }) => !lane.stop.signal.aborted)', to: '' },
  { without: 'the cancelling of a lane', file: 'engine/moves.ts', from: "cancel: ['forward/', 'watch/']", to: 'cancel: []' },
]

// As many as find every mutant three times over.
const seeds = 40

afterAll(() => rmSync(there, { recursive: true, force: true }))

it.each(mutants.map((mutant, i) => ({ ...mutant, i })))('is found out without $without', async ({ file, from, to, i }) => {
  const { playRestlessly, newStore } = await mutate(i, { file, from, to })
  for (let seed = 1; seed <= seeds; seed++)
    for (const scenario of Object.keys(scenarios)) if ((await playRestlessly(seed, { scenario, newStore })).violations.length > 0) return
  expect.fail(`${seeds} seeds of every scenario show nothing forbidden`)
})

interface Mutation {
  readonly file: string
  readonly from: string
  readonly to: string
}

/** A copy of engine and memory store with one thing changed. */
async function mutate(i: number, { file, from, to }: Mutation) {
  const folder = join(there, String(i))
  for (const part of ['engine', 'store/memory', 'store/failures.ts']) cpSync(join(here, part), join(folder, part), { recursive: true })
  const text = readFileSync(join(folder, file), 'utf8')
  expect(text, `${file} has no "${from}" any more`).toContain(from)
  writeFileSync(join(folder, file), text.replace(from, to))
  const { playRestlessly } = (await import(join(folder, 'engine/simulation/unrest.contract.ts'))) as typeof Unrest
  const { memoryStore: newStore } = (await import(join(folder, 'store/memory/index.ts'))) as { memoryStore: typeof memoryStore }
  return { playRestlessly, newStore }
}
