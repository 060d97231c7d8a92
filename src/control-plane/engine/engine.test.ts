import { describe, expect, it } from 'vitest'
import type { Failure } from '#base/index.ts'
import { add, anewForEachTest, begin, complete, ended, lease, on, open, view, wait } from './engine.contract.ts'
import { openEngine } from './engine.ts'
import type { Program } from './run.ts'
import type { EngineStore, Message } from './store.ts'

anewForEachTest()

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
    await on.clock.advance(4_000)
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
    on.engines.splice(0)
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
    on.engines.splice(0)
    const again = open(program)
    await on.clock.advance(100)
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
    await on.clock.advance(5_000)
    expect(await engine.deliver('x', answer)).toBe('accepted')
    expect(await engine.deliver('x', { ...answer, by: 'bob' })).toBe('answered')
    const at = on.clock.now()
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
        ...on.store,
        journal: counted(on.store.journal) as EngineStore['journal'],
      },
    )
    await engine.start({ id: 'x', program: 'p', input: {} })
    await on.clock.advance(60_000)
    asked.length = 0
    await on.clock.advance(11 * 3_600_000)
    expect(asked).toEqual([])
    await on.clock.advance(2 * 3_600_000)
    expect((await on.store.journal.load('x'))?.row.status).toBe('succeeded')
  })

  it('hands over at once when it is closed', async () => {
    const first = await begin({ forward: run => run.wait('a', wait) })
    await first.close()
    const second = open({ forward: run => run.wait('a', wait) })
    const before = on.clock.now()
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
    await on.clock.advance(10)
    const task = await lease()
    await on.clock.advance(10)
    await on.store.tasks.heartbeat(task, 1_000, { says: 'half' })
    await on.clock.advance(10)
    await on.store.tasks.complete(task, { is: 'succeeded', output: 3 })
    await on.clock.runUntil(following)
    expect(seen).toEqual(['scheduled -', '-', 'half', 'succeeded', 'succeeded'])
  })

  it('stops following when told to', async () => {
    const engine = await begin({ forward: run => run.wait('a', wait) })
    const stop = new AbortController()
    let count = 0
    const following = (async () => {
      for await (const _ of engine.follow('x', {}, stop.signal)) count += 1
    })()
    await on.clock.advance(10)
    stop.abort()
    await on.clock.runUntil(following)
    expect(count).toBe(1)
  })

  it('tries again when the store is in trouble', async () => {
    let failing = 3
    const troubles: unknown[] = []
    const append: EngineStore['journal']['append'] = async (...args) => {
      if (failing-- > 0) throw new Error('disk full')
      return await on.store.journal.append(...args)
    }
    const engine = openEngine({
      store: { ...on.store, journal: { ...on.store.journal, append } },
      clock: on.clock,
      programs: { p: { forward: run => run.record('a', () => 1), back: async () => undefined } },
      onTrouble: trouble => troubles.push(trouble),
    })
    on.engines.push(engine)
    await engine.start({ id: 'x', program: 'p', input: {} })
    expect((await ended(engine)).output).toBe(1)
    expect(troubles).toMatchObject([{ execution: 'x' }, { execution: 'x' }, { execution: 'x' }])
  })
})
