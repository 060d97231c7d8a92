import { describe, expect, it } from 'vitest'
import { add, anewForEachTest, begin, complete, ended, lease, on, open, view, wait } from './engine.contract.ts'
import type { Program } from './run.ts'

anewForEachTest()

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
    const before = on.clock.now()
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
    expect(await on.store.tasks.heartbeat(task, 1_000, undefined)).toBe('cancelled')
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
    await on.clock.advance(10)
    expect((await on.store.journal.load('x'))?.events.at(-1)).toMatchObject({ kind: 'ignored', payload: { command: 'abort', by: 'ada' } })
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
    await on.clock.advance(10)
    await engine.deliver('x', { is: 'abort', now: false })
    await on.clock.advance(10)
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
    await on.clock.advance(6_000)
    expect(await on.store.tasks.heartbeat(task, 1_000, undefined)).toBe('cancelled')
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
    await on.clock.advance(1_000)
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
    await on.clock.advance(5_000)
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

  it('is undone by a resume that was accepted after it, even where neither was heard before another replica took over', async () => {
    const first = await begin(two)
    await first.close()
    await on.store.journal.deliver('x', { is: 'pause', deadline: 30_000, by: 'ada' })
    await on.store.journal.deliver('x', { is: 'resume', by: 'bob' })
    await on.store.journal.deliver('x', { is: 'answer', name: 'forward/first' })

    const second = open(two)

    expect((await ended(second)).output).toBe('done')
    const said = (await on.store.journal.load('x'))?.events.filter(({ name }) => name.startsWith('command/'))
    expect(said?.map(({ kind }) => kind)).toEqual(['paused', 'resumed'])
  })

  it('stands where it was accepted after the resume, in whatever time both are heard', async () => {
    const first = await begin(two)
    await first.deliver('x', { is: 'pause', deadline: 30_000, by: 'ada' })
    await on.clock.advance(10)
    await first.close()
    await on.store.journal.deliver('x', { is: 'resume', by: 'bob' })
    await on.store.journal.deliver('x', { is: 'pause', deadline: 30_000, by: 'eve' })
    await on.store.journal.deliver('x', { is: 'answer', name: 'forward/first' })

    open(two)
    await on.clock.advance(5_000)

    expect(await view()).toMatchObject({ is: 'paused', pauses: [{ holder: 'people', by: 'eve' }] })
  })

  it('that everybody forgets ends in the way back', async () => {
    const engine = await begin(two)
    await engine.deliver('x', { is: 'pause', deadline: 30_000, by: 'ada' })
    expect((await ended(engine)).cause).toEqual({ is: 'pauseExpired', by: 'ada' })
  })
})
