import { afterEach, expect, it } from 'vitest'
import { z } from 'zod'
import { VirtualClock } from '#base/index.ts'
import { memoryStore } from '#control-plane/store/index.ts'
import { defineTask } from '#protocol/index.ts'
import { openEngine, type Engine } from './engine.ts'
import type { Program } from './run.ts'
import type { EngineStore } from './store.ts'

const add = defineTask({ type: 'test/add', input: z.object({ a: z.number(), b: z.number() }), output: z.number() })

const clock = new VirtualClock()
let engine: Engine | undefined
afterEach(() => engine?.close())

function open(programs: Record<string, Program>): EngineStore {
  const store = memoryStore(clock)
  engine = openEngine({ store, clock, programs, onTrouble: trouble => console.error(trouble) })
  return store
}

const ended = async (id: string) => {
  let last
  for await (const change of engine!.follow(id, {})) last = change.view
  return last!
}

it('runs a program whose task a delegate does', async () => {
  const store = open({
    sum: { forward: async run => run.task('add', add, { a: 1, b: 2 }), back: async () => undefined },
  })
  await engine!.start({ id: 'x', program: 'sum', input: {} })
  await clock.advance(5000)
  const leased = await store.tasks.lease({ agent: 'a', selectors: 'every', types: ['test/add'], lease: 1000 })
  expect(leased).toMatchObject({ is: 'leased', task: { name: 'forward/add', attempt: 1, input: { a: 1, b: 2 } } })
  if (leased.is === 'leased') await store.tasks.complete(leased.task, { is: 'succeeded', output: 3 })
  const view = await clock.runUntil(ended('x'))
  expect(view).toMatchObject({ is: 'succeeded', output: 3 })
})

it('goes back at once when somebody aborts, and cancels what was under way', async () => {
  const store = open({
    p: {
      forward: async run => {
        await run.record('first', () => 1)
        await run.task('add', add, { a: 1, b: 2 })
      },
      back: async (run, _, cause) => ({ cause, past: run.past }),
    },
  })
  await engine!.start({ id: 'x', program: 'p', input: {} })
  await clock.advance(10)
  const leased = await store.tasks.lease({ agent: 'a', selectors: 'every', types: ['test/add'], lease: 1000 })
  expect(await engine!.deliver('x', { is: 'abort', now: false, by: 'ada', why: 'no' })).toBe('accepted')
  const view = await clock.runUntil(ended('x'))
  expect(view.is).toBe('returned')
  expect(view.output).toEqual({
    cause: { is: 'aborted', by: 'ada', why: 'no', now: false },
    past: [
      { name: 'first', did: 'record', is: 'done', output: 1 },
      { name: 'add', did: 'task', type: 'test/add', is: 'open' },
    ],
  })
  expect(leased.is === 'leased' && (await store.tasks.heartbeat(leased.task, 1000, undefined))).toBe('cancelled')
})
