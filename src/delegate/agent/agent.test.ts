import { afterEach, expect, it } from 'vitest'
import { z } from 'zod'
import { Failure, systemClock, VirtualClock } from '#base/index.ts'
import { defineTask, type Heard, type LeasedTask, type Progress, type TaskResult, type TaskSource } from '#protocol/index.ts'
import { implement, openAgent, type Agent, type Implementation, type TaskContext } from './index.ts'

const add = defineTask({
  type: 'sums/add-numbers',
  input: z.object({ a: z.number(), b: z.number(), release: z.string().optional(), number: z.number().optional() }),
  output: z.object({ sum: z.number() }),
})

type Input = z.infer<typeof add.input>

/** A source that gives what is put in, and remembers what it was told. */
function newSource() {
  const queue: (LeasedTask & { readonly cancelled: AbortSignal })[] = []
  const completed = new Map<string, TaskResult>()
  const told: (Progress | undefined)[] = []
  const stops = new Map<string, AbortController>()
  let wake = (): void => {}
  let failures = 0
  let changed = (): void => {}
  const source: TaskSource = {
    async lease(_, signal) {
      for (;;) {
        signal.throwIfAborted()
        if (failures-- > 0) throw new Error('no route to server')
        const task = queue.shift()
        if (task) return task
        await new Promise<void>(resolve => {
          wake = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
    },
    async heartbeat(_key, _attempt, progress): Promise<Heard> {
      told.push(progress)
      return { cancelled: false }
    },
    async complete(key, attempt, result): Promise<Heard> {
      completed.set(`${key}#${attempt}`, result)
      changed()
      return { cancelled: false }
    },
    content: async hash => (hash === 'known' ? 'text' : undefined),
  }
  return {
    source,
    completed,
    told,
    failNext: (count: number) => void (failures = count),
    cancel: (key: string) => stops.get(key)?.abort(new Error('cancelled')),
    put(key: string, input: unknown, more: Partial<LeasedTask> = {}) {
      const stop = new AbortController()
      stops.set(key, stop)
      queue.push({ key, attempt: 1, type: add.type, input, urgent: false, heartbeat: null, ...more, cancelled: stop.signal })
      wake()
    },
    async result(key: string, attempt = 1): Promise<TaskResult> {
      for (;;) {
        const result = completed.get(`${key}#${attempt}`)
        if (result) return result
        await new Promise<void>(resolve => (changed = resolve))
      }
    },
  }
}

const agents: Agent[] = []
afterEach(async () => {
  await Promise.all(agents.splice(0).map(agent => agent.close()))
})

function open(source: TaskSource, run: Implementation<Input, { sum: number }>['run'], more: object = {}): Agent {
  const fence = (input: Input) => ({ key: input.release ?? 'none', rank: input.number ?? 0 })
  const implementations = [implement({ task: add, run, fence })]
  const agent = openAgent({ name: 'test', selectors: 'every', source, clock: systemClock, implementations, ...more })
  agents.push(agent)
  return agent
}

const sum = async ({ a, b }: Input) => ({ sum: a + b })

it('runs a task and reports its output', async () => {
  const { source, put, result } = newSource()
  open(source, sum)

  put('k3f9/forward/add', { a: 1, b: 2 })

  expect(await result('k3f9/forward/add')).toEqual({ is: 'succeeded', output: { sum: 3 } })
})

it('reports a failure as the record that it is', async () => {
  const { source, put, result } = newSource()
  const record = { code: 'SL-X', blame: 'world', message: 'no', todo: 'wait', facts: {} } as const
  open(source, async () => {
    throw new Failure(record)
  })

  put('e/t', { a: 1, b: 2 })

  expect(await result('e/t')).toEqual({ is: 'failed', failure: record })
})

it('refuses an input that it does not understand, and an output that it does not promise', async () => {
  const { source, put, result } = newSource()
  open(source, async () => ({ total: 3 }) as never)

  put('e/in', { a: 'one' })
  put('e/out', { a: 1, b: 2 })

  expect(await result('e/in')).toMatchObject({ failure: { code: 'SL-TASK-INPUT', blame: 'bug' } })
  expect(await result('e/out')).toMatchObject({ failure: { code: 'SL-TASK-OUTPUT', blame: 'bug' } })
})

it('runs many tasks at once', async () => {
  const { source, put, result } = newSource()
  let arrived = 0
  let all = (): void => {}
  const together = new Promise<void>(resolve => (all = resolve))
  open(source, async input => {
    if (++arrived === 20) all()
    await together
    return sum(input)
  })

  for (let i = 0; i < 20; i++) put(`e/${i}`, { a: i, b: 0 })

  expect(await result('e/19')).toEqual({ is: 'succeeded', output: { sum: 19 } })
})

/** Runs until it is stopped. */
function untilStopped(): { run: (input: Input, context: TaskContext) => Promise<{ sum: number }>; readonly begun: Promise<void> } {
  let tell = (): void => {}
  const begun = new Promise<void>(resolve => (tell = resolve))
  return {
    begun,
    run: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
        tell()
      }),
  }
}

it('stops a cancelled task, and reports nothing', async () => {
  const { source, put, cancel, completed } = newSource()
  const { run, begun } = untilStopped()
  const agent = open(source, run)
  put('e/t', { a: 1, b: 2 })
  await begun

  cancel('e/t')
  await agent.close()

  expect(completed.size).toBe(0)
})

it('stops the loop of a lower goal as soon as one of a higher goal of the same release arrives', async () => {
  const { source, put, result } = newSource()
  const { run, begun } = untilStopped()
  open(source, (input, context) => (input.number === 1 ? run(input, context) : sum(input)))
  put('e/forward/split', { a: 0, b: 0, release: 'cart', number: 1 })
  await begun

  put('e/back/return', { a: 2, b: 2, release: 'cart', number: 2 })

  expect(await result('e/forward/split')).toMatchObject({ is: 'failed', failure: { code: 'SL-TASK-SUPERSEDED' } })
  expect(await result('e/back/return')).toEqual({ is: 'succeeded', output: { sum: 4 } })
})

it('refuses a lower goal while a higher one of the same release is under way, and leaves other releases alone', async () => {
  const { source, put, result } = newSource()
  const { run, begun } = untilStopped()
  open(source, (input, context) => (input.number === 9 ? run(input, context) : sum(input)))
  put('e/back', { a: 0, b: 0, release: 'cart', number: 9 })
  await begun

  put('e/late', { a: 1, b: 1, release: 'cart', number: 3 })
  put('e/other', { a: 1, b: 1, release: 'shop', number: 3 })

  expect(await result('e/late')).toMatchObject({ is: 'failed', failure: { code: 'SL-TASK-SUPERSEDED' } })
  expect(await result('e/other')).toMatchObject({ is: 'succeeded' })
})

it('gives pinned texts, and fails where there is none', async () => {
  const { source, put, result } = newSource()
  open(source, async ({ a }, { content }) => ({ sum: (await content(a === 1 ? 'known' : 'unknown')).length }))

  put('e/known', { a: 1, b: 0 })
  put('e/unknown', { a: 2, b: 0 })

  expect(await result('e/known')).toEqual({ is: 'succeeded', output: { sum: 4 } })
  expect(await result('e/unknown')).toMatchObject({ failure: { code: 'SL-TASK-NO-CONTENT' } })
})

it('keeps the lease by heartbeats, and tells progress at most four times a second, the latest one at the end of that', async () => {
  const clock = new VirtualClock()
  const { source, put, told } = newSource()
  let tell: TaskContext['progress'] = () => {}
  const { run } = untilStopped()
  open(
    source,
    (input, context) => {
      tell = context.progress
      return run(input, context)
    },
    { clock },
  )
  put('e/t', { a: 1, b: 2 }, { heartbeat: 3_000 })
  await clock.advance(0)

  for (const says of ['one', 'two', 'three']) tell({ says })
  await clock.advance(250)
  expect(told).toEqual([{ says: 'one' }, { says: 'three' }])

  await clock.advance(6_000)
  expect(told.slice(2)).toEqual([undefined, undefined])
})

it('asks again when the source is in trouble, more slowly each time', async () => {
  const clock = new VirtualClock()
  const { source, put, failNext, completed } = newSource()
  const troubles: number[] = []
  failNext(3)
  open(source, sum, { clock, onTrouble: () => troubles.push(clock.now()) })
  put('e/t', { a: 1, b: 2 })

  await clock.advance(250 + 500 + 1_000)

  expect(troubles.map(at => at - (troubles[0] ?? 0))).toEqual([0, 250, 750])
  expect(completed.get('e/t#1')).toEqual({ is: 'succeeded', output: { sum: 3 } })
})
