import { expect, it } from 'vitest'
import { toFailureRecord } from '#base/index.ts'
import { add, anewForEachTest, begin, ended, on, open, wait } from './engine.contract.ts'
import { ranOutUnattended } from './failures.ts'
import type { Program } from './run.ts'

anewForEachTest()

const timeout = 60_000
/** Whether somebody was there for the whole time of a task that nobody did. */
const program: Partial<Program> = {
  forward: run => run.task('add', add, { a: 1, b: 2 }, { timeout }).catch((error: unknown) => ranOutUnattended(toFailureRecord(error))),
}

/** The engine of the execution goes, and another one comes, so many milliseconds after the task was scheduled. */
async function absent(from: number, to: number): Promise<ReturnType<typeof open>> {
  const engine = await begin(program)
  await on.clock.advance(from - 100)
  await engine.close()
  on.engines.splice(0)
  await on.clock.advance(to - from)
  return open(program)
}

it('tells a task that ran out while an engine was there, though nobody owned its execution', async () => {
  const engine = await begin(program)
  await on.clock.advance(30_000)
  expect((await on.store.journal.load('x'))?.row.status).toBe('waiting')
  const { output, row } = await ended(engine)
  expect(output).toBe(false)
  expect(Number(row.endedAt) - row.startedAt).toBeGreaterThanOrEqual(timeout)
})

it.each([
  ['was gone before, and comes long after', 100, 3_600_000],
  ['was gone for the moment at which it ran out', 59_000, 61_000],
  ['came only for the end of it', 100, 55_000],
] as const)('tells a task that ran out when the engine %s', async (_, from, to) => {
  const engine = await absent(from, to)
  const { output, calls, row } = await ended(engine)
  expect(output).toBe(true)
  expect(calls).toMatchObject([
    { is: 'failed', until: row.startedAt + timeout, failure: { facts: { openFor: Math.max(0, timeout - to) } } },
  ])
})

it('reads it from the journal ever after', async () => {
  const waits: Partial<Program> = {
    forward: async run => [await program.forward?.(run, {}), await run.wait('hold', wait)],
  }
  const engine = await begin(waits)
  await engine.close()
  on.engines.splice(0)
  await on.clock.advance(timeout)
  const second = open(waits)
  await on.clock.advance(10_000)
  await second.close()
  on.engines.splice(0)
  const third = open(waits)
  expect((await ended(third)).output).toEqual([true, { is: 'expired' }])
})

it('takes the result that came before, whoever was there', async () => {
  const engine = await begin(program)
  await engine.close()
  on.engines.splice(0)
  const leased = await on.store.tasks.lease({ agent: 'a', selectors: 'every', types: [add.type], lease: 1_000 })
  if (leased.is === 'leased') await on.store.tasks.complete(leased.task, { is: 'succeeded', output: 3 })
  await on.clock.advance(3_600_000)
  expect((await ended(open(program))).output).toBe(3)
})

it('knows nothing of what a former version has written', () => {
  const failure = { code: 'SL-ENGINE-TASK-TIMEOUT', blame: 'world', message: '', todo: '', facts: { milliseconds: timeout } } as const
  expect(ranOutUnattended(failure)).toBe(false)
  expect(ranOutUnattended({ ...failure, facts: { milliseconds: timeout, openFor: 0 } })).toBe(true)
  expect(ranOutUnattended({ ...failure, code: 'SL-X', facts: { milliseconds: timeout, openFor: 0 } })).toBe(false)
})
