import { z } from 'zod'
import { Failure, sleep, type Clock } from '#base/index.ts'
import { defineTask } from '#protocol/index.ts'
import type { Cause } from '../journal.ts'
import type { ForwardRun, Program } from '../run.ts'
import type { Message } from '../store.ts'
import type { Work } from './process.contract.ts'

const set = defineTask({
  type: 'sim/set-value',
  input: z.object({ key: z.string(), value: z.number(), number: z.number() }),
  output: z.object({ key: z.string() }),
})
const read = defineTask({ type: 'sim/read-value', input: z.object({ key: z.string() }), output: z.number() })
const fail = defineTask({ type: 'sim/fail', input: z.object({}), output: z.unknown() })
const slow = defineTask({ type: 'sim/take-time', input: z.object({ seconds: z.number() }), output: z.string() })
const watch = defineTask({ type: 'sim/watch-value', input: z.object({ key: z.string() }), output: z.object({ is: z.number() }) })
const nobody = defineTask({ type: 'sim/nobody-can', input: z.object({}), output: z.unknown() })

/** What is outside of all processes: values that tasks set, each fenced by the number of the goal that set it last. */
export interface World {
  readonly values: Map<string, { value: number; number: number }>
  readonly changed: Set<() => void>
  /** Counts what is made only once: a restart that makes it again shows. */
  made: number
}

export function newWorld(): World {
  return { values: new Map([['route', { value: 100, number: 0 }]]), changed: new Set(), made: 0 }
}

function setValue(world: World, key: string, to: { value: number; number: number }): void {
  world.values.set(key, to)
  for (const changed of world.changed) changed()
}

const broken = { code: 'SL-SIM-BROKEN', blame: 'world', message: 'it is broken', todo: 'mend it', facts: {} } as const

/** How the tasks are done: each may be done twice. */
export function workIn(world: World, clock: Clock): Work {
  return {
    [set.type]: async ({ key, value, number }: z.infer<typeof set.input>) => {
      await sleep(clock, 100)
      if (number >= (world.values.get(key)?.number ?? 0)) setValue(world, key, { value, number })
      return { key }
    },
    [read.type]: async ({ key }: z.infer<typeof read.input>) => world.values.get(key)?.value ?? 0,
    [fail.type]: async () => {
      throw new Failure(broken)
    },
    [slow.type]: async ({ seconds }: z.infer<typeof slow.input>, task, tell) => {
      for (let done = 0; done < seconds; done += 4) {
        await tell(`${done} of ${seconds}`)
        await sleep(clock, 4_000, task.cancelled)
      }
      return 'took its time'
    },
    [watch.type]: ({ key }: z.infer<typeof watch.input>, task) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const is = world.values.get(key)?.value ?? 0
          if (is >= 0) return
          world.changed.delete(look)
          resolve({ is })
        }
        world.changed.add(look)
        task.cancelled.addEventListener('abort', () => {
          world.changed.delete(look)
          reject(task.cancelled.reason as Error)
        })
        look()
      }),
  }
}

/** What somebody says, or does to the world, once the named call has begun (or, with `ended`, has ended), `after` milliseconds later. */
export type Sentence = { readonly when: string; readonly ended?: boolean; readonly after?: number } & (
  | { readonly say: Message }
  | { readonly act: () => void }
)

/** One story: a program, and what people do meanwhile. */
export interface Scenario {
  readonly program: Program
  readonly people?: readonly Sentence[]
  readonly ends: 'succeeded' | 'returned' | 'failed' | 'either'
}

const approval = { deadline: 3_600_000, for: 'one of the approvers', next: 'reject', about: { groups: ['a'] } }

async function release(run: ForwardRun, world: World): Promise<unknown> {
  const id = await run.record('id', () => ++world.made)
  const started = await run.now('started')
  const before = await run.task('read', read, { key: 'route' })
  await Promise.all(['a', 'b'].map(key => run.task(`set ${key}`, set, { key, value: id, number: 1 })))
  await run.watch('route', { key: 'route' })
  const canary = run.scope('canary', { timeout: 3_600_000 })
  await canary.task('split', set, { key: 'route', value: 50, number: 2 })
  await canary.sleep('settle', 5_000)
  const code = await canary.task('fails', fail, {}).catch((error: Failure) => canary.record('code', () => error.code))
  const answer = await canary.wait<string>('approval', approval)
  const late = await canary.wait('nobody', { ...approval, deadline: 3_000 })
  const slowly = await canary.task('slow', slow, { seconds: 8 })
  const timeout = await canary.task('timeout', nobody, {}, { timeout: 6_000 }).catch((error: Failure) => error.code)
  await run.unwatch('route')
  await run.task('promote', set, { key: 'route', value: 100, number: 3 })
  return { id, before, code, answer: answer.is === 'delivered' && answer.payload, late: late.is, slowly, timeout, waited: started > 0 }
}

function program(world: World, forward: (run: ForwardRun) => Promise<unknown> = run => release(run, world)): Program {
  return {
    forward,
    watch: async (run, _, subject) => await run.task('look', watch, subject as { key: string }, { timeout: 'standing' }),
    back: async (run, _, cause: Cause) => {
      const told = await run.record('told', () => run.past.map(call => `${call.name} ${call.is}`))
      await run.task('restore', set, { key: 'route', value: 100, number: 9 })
      await run.sleep('drain', 2_000)
      return { cause: cause.is, told, past: run.past.filter(call => call.name === 'id').map(call => call.output) }
    },
  }
}

const approve: Message = { is: 'answer', name: 'forward/canary/approval', payload: 'yes', by: 'ada', why: 'looks good' }

// Longer than an idle execution is kept: nobody owns it when they speak.
const later = 3_000

/** Every story that the engine is driven through. */
export const scenarios: Readonly<Record<string, (world: World) => Scenario>> = {
  'a release that succeeds': world => ({
    program: program(world),
    people: [{ when: 'forward/canary/approval', after: later, say: approve }],
    ends: 'succeeded',
  }),
  'a person aborts while an approval is open': world => ({
    program: program(world),
    people: [{ when: 'forward/canary/approval', after: later, say: { is: 'abort', now: true, by: 'bob', why: 'looks bad' } }],
    ends: 'returned',
  }),
  'a person aborts while a delegate works': world => ({
    program: program(world),
    people: [
      { when: 'forward/canary/approval', say: approve },
      { when: 'forward/canary/slow', say: { is: 'abort', now: false } },
    ],
    ends: 'returned',
  }),
  'the watch finds something': world => ({
    program: program(world, async run => {
      await run.record('id', () => ++world.made)
      await run.watch('route', { key: 'route' })
      await run.wait('approval', approval)
    }),
    people: [{ when: 'forward/approval', act: () => setValue(world, 'route', { value: -1, number: 2 }) }],
    ends: 'returned',
  }),
  'a step fails': world => ({
    program: program(world, async run => {
      await run.record('id', () => ++world.made)
      await run.task('split', set, { key: 'route', value: 50, number: 2 })
      await Promise.all([run.task('fails', fail, {}), run.task('slow', slow, { seconds: 60 })])
    }),
    ends: 'returned',
  }),
  'people pause, resume and approve': world => ({
    program: program(world),
    people: [
      { when: 'forward/canary/settle', say: { is: 'pause', deadline: 3_600_000, by: 'ada' } },
      { when: 'forward/canary/settle', ended: true, say: { is: 'resume', by: 'bob' } },
      { when: 'forward/canary/approval', say: approve },
    ],
    ends: 'succeeded',
  }),
  'a pause is forgotten': world => ({
    program: program(world),
    people: [{ when: 'forward/canary/settle', say: { is: 'pause', deadline: 30_000, by: 'ada', why: 'lunch' } }],
    ends: 'returned',
  }),
  'the way back fails': world => ({
    program: {
      ...program(world, async () => {
        throw new Failure(broken)
      }),
      back: async run => void (await run.task('fails', fail, {})),
    },
    ends: 'failed',
  }),
  'an answer at the last moment': world => ({
    program: program(world, async run => {
      // Shorter than an idle execution is kept: its owner is there when the time is over.
      const answer = await run.wait<string>('approval', { ...approval, deadline: 400 })
      await run.task('note', set, { key: 'note', value: 1, number: 1 })
      return answer.is
    }),
    people: [{ when: 'forward/approval', after: 400, say: { is: 'answer', name: 'forward/approval', by: 'ada' } }],
    ends: 'succeeded',
  }),
  'an abort at the last moment': world => ({
    program: program(world, async run => void (await run.task('last', set, { key: 'route', value: 100, number: 1 }))),
    people: [{ when: 'forward/last', ended: true, after: 40, say: { is: 'abort', now: false, by: 'ada' } }],
    ends: 'either',
  }),
  'an abort of a busy lane at the last moment': world => ({
    program: program(world, async run => {
      for (let i = 0; i < 20; i++) await run.record(`n${i}`, () => i)
    }),
    people: [{ when: 'forward/n3', after: 40, say: { is: 'abort', now: false, by: 'ada' } }],
    ends: 'either',
  }),
}
