import { describe, expect, it } from 'vitest'
import { Failure, toFailureRecord, type FailureRecord } from '#base/index.ts'
import type { Answer, Run } from './run.ts'

/** A pretended world: what each task type does, with whatever state it needs, and what people answer to which wait. */
export interface StepWorld {
  readonly tasks: Readonly<Record<string, (input: never) => unknown>>
  /** By the wait's name, scopes included; a wait without an answer expires. */
  readonly answers?: Readonly<Record<string, unknown>>
  /** What must be the same however often the power went; by default what the program returned. */
  readonly state?: () => unknown
}

/** When the power goes: at the n-th call, when the world has changed and the log not yet, or when both have. */
export interface PowerCut {
  readonly at: number
  readonly when: 'beforeTheLog' | 'afterTheLog'
}

type Logged = { readonly is: 'done'; readonly value: unknown } | { readonly is: 'failed'; readonly failure: FailureRecord }
type Log = Map<string, Logged>

/** Runs straight-line code of named calls against a world. Answers with what it returned, or with `cut` when the power went. */
export async function play(
  program: (run: Run) => Promise<unknown>,
  world: StepWorld,
  log: Log = new Map(),
  cut?: PowerCut,
): Promise<{ readonly output: unknown; readonly log: Log } | 'cut'> {
  let goDark = (): void => {}
  const dark = new Promise<'cut'>(resolve => (goDark = () => resolve('cut')))
  const names = new Set<string>()
  let calls = 0
  const call = async (name: string, work: () => unknown): Promise<unknown> => {
    if (names.has(name)) throw new Error(`two calls are named "${name}"`)
    names.add(name)
    const known = log.get(name) ?? (await logged(work))
    const cuts = !log.has(name) && ++calls === cut?.at
    if (!cuts || cut?.when === 'afterTheLog') log.set(name, copy(known))
    if (cuts) {
      goDark()
      await new Promise<never>(() => {})
    }
    if (known.is === 'failed') throw new Failure(known.failure)
    return copy(known).value
  }
  const ended = program(runOn(world, call, '')).then(output => ({ output, log }))
  return await Promise.race([dark, ended])
}

type Call = (name: string, work: () => unknown) => Promise<unknown>

function runOn(world: StepWorld, call: Call, prefix: string): Run {
  const record = <T>(name: string, make: () => T | Promise<T>): Promise<T> => call(`${prefix}${name}`, make) as Promise<T>
  return {
    execution: 'x',
    signal: new AbortController().signal,
    task: async (name, task, input) => {
      const work = world.tasks[task.type]
      if (!work) throw new Error(`the world has no "${task.type}"`)
      return task.output.parse(await call(`${prefix}${name}`, () => work(copy(input) as never)))
    },
    sleep: async name => void (await call(`${prefix}${name}`, () => undefined)),
    wait: <T>(name: string) => call(`${prefix}${name}`, () => answerOf(world, `${prefix}${name}`)) as Promise<Answer<T>>,
    record,
    now: name => record(name, () => Date.UTC(2026, 0, 1)),
    scope: more => runOn(world, call, `${prefix}${more}/`),
  }
}

function answerOf({ answers = {} }: StepWorld, name: string): unknown {
  return name in answers ? { is: 'delivered', payload: answers[name], at: 0, by: 'ada' } : { is: 'expired' }
}

async function logged(work: () => unknown): Promise<Logged> {
  try {
    return { is: 'done', value: await work() }
  } catch (error) {
    return { is: 'failed', failure: toFailureRecord(error) }
  }
}

function copy<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T)
}

/** What every step and program promises: cut the power at any call, start again, and it ends the same. */
export function stepContract(name: string, program: (run: Run) => Promise<unknown>, newWorld: () => StepWorld): void {
  describe(name, () => {
    it.each(['beforeTheLog', 'afterTheLog'] as const)('ends the same whatever call the power is cut at: %s', async when => {
      expect(await firstDifference(program, newWorld, when)).toBeUndefined()
    })
  })
}

/** The first call at which a power cut changes the outcome; undefined where there is none. */
export async function firstDifference(
  program: (run: Run) => Promise<unknown>,
  newWorld: () => StepWorld,
  when: PowerCut['when'],
): Promise<{ readonly call: string; readonly whole: unknown; readonly cut: unknown } | undefined> {
  const whole = await outcome(program, newWorld())
  for (const [i, call] of whole.calls.entries()) {
    const [world, log] = [newWorld(), new Map<string, Logged>()]
    await play(program, world, log, { at: i + 1, when })
    const cut = await outcome(program, world, log)
    if (JSON.stringify(cut) !== JSON.stringify(whole)) return { call, whole, cut }
  }
  return undefined
}

async function outcome(program: (run: Run) => Promise<unknown>, world: StepWorld, log: Log = new Map()) {
  const ended = await play(program, world, log).catch((error: unknown) => ({ output: toFailureRecord(error).code, log }))
  if (ended === 'cut') throw new Error('the power went although nobody cut it')
  return { output: copy(ended.output), calls: [...ended.log.keys()].sort(), state: world.state?.() }
}
