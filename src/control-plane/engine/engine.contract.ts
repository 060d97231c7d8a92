import { afterEach, beforeEach } from 'vitest'
import { z } from 'zod'
import { VirtualClock } from '#base/index.ts'
import { memoryStore } from '#control-plane/store/index.ts'
import { defineTask, type TaskResult } from '#protocol/index.ts'
import { openEngine, type Engine } from './engine.ts'
import type { Program } from './run.ts'
import type { EngineStore } from './store.ts'

export const add = defineTask({ type: 'test/add', input: z.object({ a: z.number(), b: z.number() }), output: z.number() })
export const wait = { deadline: 60_000, for: 'ada', next: 'goes back' }

interface Stage {
  clock: VirtualClock
  store: EngineStore
  readonly engines: Engine[]
}

/** A clock and a store in memory, anew for each test, on which engines play the one execution `x`. */
export const on: Stage = { ...empty(), engines: [] }

/** For a test file to call as it is read: a worker reads this module once for all of them, and hooks belong to the file that registers them. */
export function anewForEachTest(): void {
  beforeEach(() => void Object.assign(on, empty()))
  afterEach(() => Promise.all(on.engines.splice(0).map(engine => engine.close())))
}

function empty(): Pick<Stage, 'clock' | 'store'> {
  const clock = new VirtualClock()
  return { clock, store: memoryStore(clock) }
}

export function open(program: Partial<Program>, store = on.store): Engine {
  const whole: Program = { forward: async () => undefined, back: async (_, __, cause) => cause, ...program }
  const engine = openEngine({ store, clock: on.clock, programs: { p: whole } })
  on.engines.push(engine)
  return engine
}

/** Starts the program, and lets it come to rest. */
export async function begin(program: Partial<Program>): Promise<Engine> {
  const engine = open(program)
  await engine.start({ id: 'x', program: 'p', input: { n: 1 } })
  await on.clock.advance(100)
  return engine
}

/** The view of the execution when it has ended. */
export async function ended(engine: Engine) {
  const last = async () => {
    let view
    for await (const change of engine.follow('x', {})) view = change.view
    return view
  }
  const view = await on.clock.runUntil(last())
  if (!view) throw new Error('there is no execution')
  return view
}

/** Takes the next task that waits, as an agent does. */
export async function lease(): Promise<{ execution: string; name: string; attempt: number; input: unknown }> {
  const leased = await on.store.tasks.lease({ agent: 'a', selectors: 'every', types: [add.type], lease: 1_000 })
  if (leased.is !== 'leased') throw new Error('no task')
  return leased.task
}

export async function complete(result: TaskResult): Promise<void> {
  await on.store.tasks.complete(await lease(), result)
}

/** The execution as its engine sees it now. */
export async function view() {
  const found = await on.engines[0]?.view('x')
  if (!found) throw new Error('there is no execution')
  return found
}
