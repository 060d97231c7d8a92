import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { VirtualClock, type Failure } from '#base/index.ts'
import { memoryStore } from '#control-plane/store/index.ts'
import { defineTask, type TaskResult } from '#protocol/index.ts'
import { openEngine, type Engine } from './engine.ts'
import type { Program } from './run.ts'
import type { EngineStore, Message } from './store.ts'

const add = defineTask({ type: 'test/add', input: z.object({ a: z.number(), b: z.number() }), output: z.number() })
const wait = { deadline: 60_000, for: 'ada', next: 'goes back' }

let clock: VirtualClock
let store: EngineStore
const engines: Engine[] = []
beforeEach(() => {
  clock = new VirtualClock()
  store = memoryStore(clock)
})
afterEach(() => Promise.all(engines.splice(0).map(engine => engine.close())))

function open(program: Partial<Program>, on = store): Engine {
  const whole: Program = { forward: async () => undefined, back: async (_, __, cause) => cause, ...program }
  const engine = openEngine({ store: on, clock, programs: { p: whole } })
  engines.push(engine)
  return engine
}

/** Starts the program, and lets it come to rest. */
async function begin(program: Partial<Program>): Promise<Engine> {
  const engine = open(program)
  await engine.start({ id: 'x', program: 'p', input: { n: 1 } })
  await clock.advance(100)
  return engine
}

async function ended(engine: Engine) {
  const last = async () => {
    let view
    for await (const change of engine.follow('x', {})) view = change.view
    return view
  }
  const view = await clock.runUntil(last())
  if (!view) throw new Error('there is no execution')
  return view
}

async function lease(): Promise<{ execution: string; name: string; attempt: number; input: unknown }> {
  const leased = await store.tasks.lease({ agent: 'a', selectors: 'every', types: [add.type], lease: 1_000 })
  if (leased.is !== 'leased') throw new Error('no task')
  return leased.task
}

async function complete(result: TaskResult): Promise<void> {
  await store.tasks.complete(await lease(), result)
}

const view = async () => {
  const found = await engines[0]?.view('x')
  if (!found) throw new Error('there is no execution')
  return found
}

describe('a call', () => {
  it('gives what the delegate answered', async () => {
    const engine = await begin({ forward: run => run.task('add', add, { a: 1, b: 2 }) })
    expect((await view()).tasks).toMatchObject([{ name: 'forward/add', status: 'queued' }])
    await complete({ is: 'succeeded', output: 3 })
    expect(await ended(engine)).toMatchObject({ is: 'succeeded', output: 3, row: { status: 'succeeded' } })
  })

  it('throws what the delegate failed with', async () => {
    const engine = await begin({
      forward: run => run.task('add', add, { a: 1, b: 2 }).catch((error: Failure) => [error.code, error.facts]),
    })
    await complete({ is: 'failed', failure: { code: 'SL-X', blame: 'world', message: 'm', todo: 't', facts: { n: 1 } } })
    expect((await ended(engine)).output).toEqual(['SL-X', { n: 1 }])
  })

  it('fails in time when nobody does it, and says so', async () => {
    const engine = await begin({
      forward: run =>
        run
          .scope('s', { timeout: 5_000, selectors: ['eu'] })
          .task('add', add, { a: 1, b: 2 })
          .catch((error: Failure) => error.message),
    })
    await clock.advance(4_000)
    expect((await view()).is).toBe('running')
    expect((await ended(engine)).output).toBe('Task forward/s/add (test/add): not done within 5 s; it waited for a delegate that takes it.')
  })

  it('refuses an answer that the task does not promise', async () => {
    const engine = await begin({ forward: run => run.task('add', add, { a: 1, b: 2 }) })
    await complete({ is: 'succeeded', output: 'three' })
    expect(await ended(engine)).toMatchObject({ is: 'returned', cause: { is: 'failed', failure: { blame: 'bug' } } })
  })

  it('is refused where another one has its name', async () => {
    const engine = await begin({ forward: async run => [await run.record('a', () => 1), await run.record('a', () => 2)] })
    expect((await ended(engine)).cause).toMatchObject({ failure: { code: 'SL-ENGINE-NAME-TAKEN' } })
  })

  it('is refused where the journal knows it as another one', async () => {
    const engine = await begin({ forward: run => run.wait('a', wait) })
    await engine.close()
    engines.splice(0)
    const again = open({ forward: run => run.task('a', add, { a: 1, b: 2 }) })
    expect((await ended(again)).cause).toMatchObject({
      failure: { code: 'SL-ENGINE-CALL-CHANGED', facts: { was: 'waiting', asked: 'scheduled' } },
    })
  })

  it('makes a recorded value once, and keeps a failure to make it', async () => {
    let made = 0
    const program: Partial<Program> = {
      forward: async run => {
        const first = await run.record('n', () => ++made)
        const second = await run.record('m', () => Promise.reject(new Error(`no ${++made}`))).catch((error: Failure) => error.message)
        await run.wait('hold', wait)
        return [first, second]
      },
    }
    const engine = await begin(program)
    await engine.close()
    engines.splice(0)
    const again = open(program)
    await clock.advance(100)
    await again.deliver('x', { is: 'answer', name: 'forward/hold' })
    expect((await ended(again)).output).toEqual([1, 'no 2'])
  })

  it('sleeps by the clock of the store', async () => {
    const engine = await begin({
      forward: async run => {
        const before = await run.now('before')
        await run.sleep('nap', 3_600_000)
        return (await run.now('after')) - before
      },
    })
    expect(Number((await ended(engine)).output)).toBeGreaterThanOrEqual(3_600_000)
  })
})

describe('a wait', () => {
  const asks: Partial<Program> = { forward: run => run.wait('approval', { ...wait, about: { groups: ['a'] } }) }
  const answer: Message = { is: 'answer', name: 'forward/approval', payload: 'yes', by: 'ada', why: 'good' }

  it('shows for what it waits, since when, until when, and what then', async () => {
    await begin(asks)
    const [call] = (await view()).calls
    expect(call).toMatchObject({
      name: 'forward/approval',
      did: 'wait',
      is: 'open',
      wait: { for: 'ada', next: 'goes back', about: { groups: ['a'] } },
    })
    expect(call && call.until === call.since + 60_000).toBe(true)
  })

  it('ends with the first answer, and with who gave it', async () => {
    const engine = await begin(asks)
    await clock.advance(5_000)
    expect(await engine.deliver('x', answer)).toBe('accepted')
    expect(await engine.deliver('x', { ...answer, by: 'bob' })).toBe('answered')
    const at = clock.now()
    const { output, calls } = await ended(engine)
    expect(output).toEqual({ is: 'delivered', payload: 'yes', by: 'ada', why: 'good', at })
    expect(calls[0]).toMatchObject({ is: 'done', output: 'yes', answered: { by: 'ada', why: 'good' } })
  })

  it('expires', async () => {
    const engine = await begin(asks)
    expect((await ended(engine)).output).toEqual({ is: 'expired' })
    expect(await engine.deliver('x', answer)).toBe('ended')
  })
})

describe('the way back', () => {
  it('starts at once when somebody aborts, and stops what was under way', async () => {
    const engine = await begin({
      forward: async run => {
        await run.record('first', () => 1)
        await run.task('add', add, { a: 1, b: 2 })
      },
      back: async (run, _, cause) => ({ cause, past: run.past }),
    })
    const task = await lease()
    expect(await engine.deliver('x', { is: 'abort', now: false, by: 'ada', why: 'no' })).toBe('accepted')
    const before = clock.now()
    const { is, output, calls, row } = await ended(engine)
    expect(row.endedAt).toBe(before)
    expect(is).toBe('returned')
    expect(output).toEqual({
      cause: { is: 'aborted', by: 'ada', why: 'no', now: false },
      past: [
        { name: 'first', did: 'record', is: 'done', output: 1 },
        { name: 'add', did: 'task', type: 'test/add', is: 'open' },
      ],
    })
    expect(calls.map(call => `${call.name} ${call.is}`)).toEqual(['forward/first done', 'forward/add stopped'])
    expect(await store.tasks.heartbeat(task, 1_000, undefined)).toBe('cancelled')
  })

  it('starts when a step fails, waits for no other step, and is not aborted itself', async () => {
    const engine = await begin({
      forward: async run => {
        await Promise.all([run.task('never', add, { a: 1, b: 2 }), Promise.reject(new Error('broken'))])
      },
      back: async run => void (await run.wait('hold', wait)),
    })
    expect(await view()).toMatchObject({ is: 'returning', cause: { is: 'failed', failure: { message: 'broken' } }, tasks: [] })
    expect(await engine.deliver('x', { is: 'abort', now: true, by: 'ada' })).toBe('accepted')
    await clock.advance(10)
    expect((await store.journal.load('x'))?.events.at(-1)).toMatchObject({ kind: 'ignored', payload: { command: 'abort', by: 'ada' } })
    await engine.deliver('x', { is: 'answer', name: 'back/hold' })
    expect((await ended(engine)).is).toBe('returned')
  })

  it('leaves the execution failed when it fails itself', async () => {
    const fail = async (): Promise<never> => {
      throw new Error('broken')
    }
    const engine = await begin({ forward: fail, back: fail })
    expect(await ended(engine)).toMatchObject({ is: 'failed', cause: { is: 'failed' }, output: undefined })
  })

  it('has its tasks taken first', async () => {
    const engine = await begin({
      forward: run => run.task('slow', add, { a: 1, b: 2 }),
      back: run => run.task('back', add, { a: 3, b: 4 }),
    })
    await engine.start({ id: 'other', program: 'p', input: {} })
    await clock.advance(10)
    await engine.deliver('x', { is: 'abort', now: false })
    await clock.advance(10)
    expect((await lease()).name).toBe('back/back')
  })
})

describe('a watch', () => {
  const watching = (watch: Program['watch'], more: Program['forward'] = run => run.wait('hold', wait)): Partial<Program> => ({
    forward: async (run, input) => {
      await run.watch('cart', { key: 'cart' })
      return await more(run, input)
    },
    ...(watch && { watch }),
  })

  it('starts the way back with what it found', async () => {
    const engine = await begin(
      watching(async (run, _, subject) => ({ subject, sum: await run.task('look', add, { a: 1, b: 2 }, { timeout: 'standing' }) })),
    )
    await complete({ is: 'succeeded', output: 3 })
    expect((await ended(engine)).cause).toEqual({ is: 'found', watch: 'cart', found: { subject: { key: 'cart' }, sum: 3 } })
  })

  it('counts as having found something when it fails', async () => {
    const engine = await begin(
      watching(async () => {
        throw new Error('blind')
      }),
    )
    expect((await ended(engine)).cause).toMatchObject({ is: 'found', watch: 'cart', found: { message: 'blind' } })
  })

  it('ends with unwatch, its task too', async () => {
    const engine = await begin(
      watching(
        run => run.task('look', add, { a: 1, b: 2 }, { timeout: 'standing' }),
        async run => {
          await run.sleep('while', 5_000)
          await run.unwatch('cart')
          await run.wait('hold', wait)
        },
      ),
    )
    const task = await lease()
    await clock.advance(6_000)
    expect(await store.tasks.heartbeat(task, 1_000, undefined)).toBe('cancelled')
    expect((await view()).is).toBe('running')
    await engine.deliver('x', { is: 'answer', name: 'forward/hold' })
    expect((await ended(engine)).is).toBe('succeeded')
  })

  it('may end quietly, and ends with the forward lane', async () => {
    const engine = await begin(watching(async () => undefined))
    await engine.deliver('x', { is: 'answer', name: 'forward/hold' })
    expect((await ended(engine)).is).toBe('succeeded')
  })

  it('holds the forward lane while it asks', async () => {
    const engine = await begin(
      watching(
        async run => {
          await run.pause('edit', 'somebody edits', 60_000)
          await run.wait('asks', wait)
          await run.resume('edited')
        },
        async run => {
          await run.sleep('a moment', 10)
          await run.now('after')
          return 'went on'
        },
      ),
    )
    await clock.advance(1_000)
    expect(await view()).toMatchObject({ is: 'paused', pauses: [{ holder: 'watch/cart', why: 'somebody edits' }] })
    expect((await view()).calls.map(call => call.name)).not.toContain('forward/after')
    await engine.deliver('x', { is: 'answer', name: 'watch/cart/asks' })
    expect((await ended(engine)).output).toBe('went on')
  })
})

describe('a pause', () => {
  const two: Partial<Program> = {
    forward: async run => {
      await run.wait('first', wait)
      await run.now('second')
      return 'done'
    },
  }

  it('lets what is under way end, and starts nothing new until it is resumed', async () => {
    const engine = await begin(two)
    await engine.deliver('x', { is: 'pause', deadline: 30_000, by: 'ada', why: 'lunch' })
    await engine.deliver('x', { is: 'answer', name: 'forward/first' })
    await clock.advance(5_000)
    expect(await view()).toMatchObject({ is: 'paused', pauses: [{ holder: 'people', by: 'ada', why: 'lunch' }], calls: [{ is: 'done' }] })
    await engine.deliver('x', { is: 'resume', by: 'bob' })
    expect((await ended(engine)).output).toBe('done')
  })

  it('does not hold what ends the way forward: a refusal that comes meanwhile goes back at once', async () => {
    const engine = await begin({
      forward: async run => {
        await run.wait('first', wait)
        await run.record('why', () => 'refused')
        throw new Error('refused')
      },
    })
    await engine.deliver('x', { is: 'pause', deadline: 30_000, by: 'ada' })
    await engine.deliver('x', { is: 'answer', name: 'forward/first' })
    expect((await ended(engine)).cause).toMatchObject({ is: 'failed', failure: { message: expect.stringContaining('refused') } })
  })

  it('that everybody forgets ends in the way back', async () => {
    const engine = await begin(two)
    await engine.deliver('x', { is: 'pause', deadline: 30_000, by: 'ada' })
    expect((await ended(engine)).cause).toEqual({ is: 'pauseExpired', by: 'ada' })
  })
})

describe('an engine', () => {
  it('writes nothing and asks nothing while an execution waits (P9)', async () => {
    const asked: string[] = []
    const counted = (part: object): object =>
      Object.fromEntries(
        Object.entries(part).map(([name, statement]) => [
          name,
          (...args: unknown[]) => {
            asked.push(name)
            return (statement as (...args: unknown[]) => unknown)(...args)
          },
        ]),
      )
    const engine = open(
      { forward: run => run.wait('a', { ...wait, deadline: 12 * 3_600_000 }) },
      {
        ...store,
        journal: counted(store.journal) as EngineStore['journal'],
      },
    )
    await engine.start({ id: 'x', program: 'p', input: {} })
    await clock.advance(60_000)
    asked.length = 0
    await clock.advance(11 * 3_600_000)
    expect(asked).toEqual([])
    await clock.advance(2 * 3_600_000)
    expect((await store.journal.load('x'))?.row.status).toBe('succeeded')
  })

  it('hands over at once when it is closed', async () => {
    const first = await begin({ forward: run => run.wait('a', wait) })
    await first.close()
    const second = open({ forward: run => run.wait('a', wait) })
    const before = clock.now()
    await second.deliver('x', { is: 'answer', name: 'forward/a', payload: 1 })
    expect(await ended(second)).toMatchObject({ output: { payload: 1 }, row: { endedAt: before } })
  })

  it('tells followers what was there, then every change, until the end', async () => {
    const engine = await begin({ forward: run => run.task('add', add, { a: 1, b: 2 }) })
    const seen: string[] = []
    const following = (async () => {
      for await (const { events, view: now } of engine.follow('x', { after: 1 }))
        seen.push([...events.map(event => event.kind), ...now.tasks.map(task => task.progress?.says ?? '-')].join(' '))
    })()
    await clock.advance(10)
    const task = await lease()
    await clock.advance(10)
    await store.tasks.heartbeat(task, 1_000, { says: 'half' })
    await clock.advance(10)
    await store.tasks.complete(task, { is: 'succeeded', output: 3 })
    await clock.runUntil(following)
    expect(seen).toEqual(['scheduled -', '-', 'half', 'succeeded', 'succeeded'])
  })

  it('stops following when told to', async () => {
    const engine = await begin({ forward: run => run.wait('a', wait) })
    const stop = new AbortController()
    let count = 0
    const following = (async () => {
      for await (const _ of engine.follow('x', {}, stop.signal)) count += 1
    })()
    await clock.advance(10)
    stop.abort()
    await clock.runUntil(following)
    expect(count).toBe(1)
  })

  it('tries again when the store is in trouble', async () => {
    let failing = 3
    const troubles: unknown[] = []
    const append: EngineStore['journal']['append'] = async (...args) => {
      if (failing-- > 0) throw new Error('disk full')
      return await store.journal.append(...args)
    }
    const engine = openEngine({
      store: { ...store, journal: { ...store.journal, append } },
      clock,
      programs: { p: { forward: run => run.record('a', () => 1), back: async () => undefined } },
      onTrouble: trouble => troubles.push(trouble),
    })
    engines.push(engine)
    await engine.start({ id: 'x', program: 'p', input: {} })
    expect((await ended(engine)).output).toBe(1)
    expect(troubles).toMatchObject([{ execution: 'x' }, { execution: 'x' }, { execution: 'x' }])
  })
})
