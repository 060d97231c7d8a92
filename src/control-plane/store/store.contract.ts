import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '#base/index.ts'
import { turnName, type Batch, type Claim, type EngineStore, type Entry, type Hint, type NewTask } from '#control-plane/engine/index.ts'

/** A store that is empty, and whose time moves only when told to. */
export interface StoreUnderTest {
  readonly store: EngineStore
  advance(milliseconds: number): Promise<void>
  close(): Promise<void>
}

const recorded = (name: string, value: unknown = 1): Entry => ({ name, kind: 'recorded', payload: { value } })
const scheduled = (name: string): Entry => ({ name, kind: 'scheduled', payload: { type: 't/do', selectors: [], timeout: null } })
const waiting = (name: string): Entry => ({ name, kind: 'waiting', payload: { deadline: 1000, for: 'somebody', next: 'nothing' } })
const task = (name: string, more: Partial<NewTask> = {}): NewTask => ({
  name,
  type: 't/do',
  selectors: [],
  input: { a: 1 },
  urgent: false,
  ...more,
})

/** What every store promises. Numbers in brackets: the engine's invariants. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest
    let store: EngineStore
    let count = 0
    beforeAll(async () => {
      under = await open()
      store = under.store
    }, 120_000)
    afterAll(() => under.close())

    // The suite shares one database, which is slow to open: every test has its own program, so that it claims only its own.
    const program = (): string => `p${++count}`
    const begin = async (holds: readonly string[] = []): Promise<{ id: string; program: string }> => {
      const mine = { id: `x${count + 1}`, program: program() }
      await store.journal.start({ ...mine, input: { n: 1 }, holds })
      return mine
    }
    const claim = async (mine: string, lease = 10_000): Promise<Claim> => {
      const claimed = await store.journal.claim({ programs: [mine], lease })
      if (claimed.is !== 'claimed') throw new Error(`nothing to claim of ${mine}`)
      return claimed.claim
    }
    const owned = async (): Promise<{ id: string; program: string; claim: Claim }> => {
      const mine = await begin()
      return { ...mine, claim: await claim(mine.program) }
    }
    const append = (held: Claim, entries: readonly Entry[], more: Partial<Batch> = {}) => store.journal.append(held, { entries, ...more })
    const lease = async (more: Partial<Parameters<EngineStore['tasks']['lease']>[0]> = {}) =>
      await store.tasks.lease({ agent: 'a', selectors: 'every', types: ['t/do'], lease: 1000, ...more })
    const leased = async (type: string) => {
      const answer = await lease({ types: [type] })
      if (answer.is !== 'leased') throw new Error(`nothing to lease of ${type}`)
      return answer.task
    }
    const withTask = async (more: Partial<NewTask> = {}) => {
      const mine = await owned()
      const type = `t/${mine.id}`
      await append(mine.claim, [scheduled('forward/a')], { tasks: [task('forward/a', { type, ...more })] })
      return { ...mine, type }
    }
    const events = async (id: string) => (await store.journal.load(id))?.events.map(({ seq, name: of, kind }) => `${seq} ${of} ${kind}`)

    it('starts an execution once, with the first event of its journal', async () => {
      const mine = { id: 'once', program: program(), input: { text: 'a\u0000b', z: 1, a: [null] }, subject: { service: 'cart' }, by: 'ada' }

      expect(await store.journal.start(mine)).toEqual({ is: 'started' })
      expect(await store.journal.start({ ...mine, input: 'other' })).toEqual({ is: 'exists' })

      const loaded = await store.journal.load('once')
      expect(loaded?.row).toMatchObject({ ...mine, status: 'waiting', seq: 1 })
      expect(loaded?.row.endedAt).toBeUndefined()
      const bare = (await store.journal.load((await begin()).id))?.row
      expect([bare?.subject, bare?.by]).toEqual([undefined, undefined])
      expect(JSON.stringify(loaded?.row.input)).toBe(JSON.stringify(mine.input))
      expect(loaded?.events).toMatchObject([{ seq: 1, name: 'forward', kind: 'started', payload: {}, at: loaded?.row.startedAt }])
      expect(await store.journal.load('nothing')).toBeUndefined()
    })

    it('lets one unfinished execution hold a name, and tells who', async () => {
      const first = await begin(['release a', 'release b'])
      const refused = await store.journal.start({ id: 'second', program: 'q', input: 1, holds: ['release c', 'release b'] })
      expect(refused).toMatchObject({ is: 'held', name: 'release b', by: { id: first.id, status: 'waiting' } })
      expect(await store.journal.load('second')).toBeUndefined()
      expect(await store.journal.start({ id: 'third', program: 'q', input: 1, holds: ['release c'] })).toEqual({ is: 'started' })

      await append(await claim(first.program), [{ name: 'forward', kind: 'succeeded', payload: {} }], { finish: 'succeeded' })
      expect(await store.journal.start({ id: 'second', program: 'q', input: 1, holds: ['release b'] })).toEqual({ is: 'started' })
    })

    const supersede = { by: 'ada', why: 'cart 3', wait: { deadline: 1000, for: 'to be back', next: 'nothing is started' } }
    const ended = (lane: 'forward' | 'back'): Entry => ({ name: lane, kind: 'succeeded', payload: {} })
    const inbox = async (id: string) => (await store.journal.news(id)).inbox.map(({ message }) => message)

    it('supersedes: the one in front is told to go back, and its end is the turn of the one behind [10]', async () => {
      const first = await begin(['release d', 'release e'])
      const held = await claim(first.program)
      const second = { id: 'behind-1', program: program(), input: 1, holds: ['release e', 'release f'] }

      expect(await store.journal.start({ ...second, supersede })).toEqual({ is: 'started', behind: [first.id] })
      expect(await events(second.id)).toEqual(['1 forward started', `2 ${turnName} waiting`])
      expect(await inbox(first.id)).toEqual([{ is: 'abort', now: false, by: 'ada', why: 'superseded by execution behind-1, cart 3' }])
      expect(await inbox(second.id)).toEqual([])
      // A name that was free is taken at once, and one that is waited for is not to be had.
      for (const holds of [['release e'], ['release f']])
        expect(await store.journal.start({ id: 'refused', program: 'q', input: 1, holds })).toMatchObject({ is: 'held', name: holds[0] })

      await append(held, [ended('forward')], { finish: 'returned' })
      expect(await inbox(second.id)).toEqual([{ is: 'answer', name: turnName, payload: {} }])
      const next = await store.journal.start({ id: 'refused', program: 'q', input: 1, holds: ['release e'] })
      expect(next).toMatchObject({ is: 'held', by: { id: second.id } })
      expect(await store.journal.start({ id: 'free', program: 'q', input: 1, holds: ['release d'] })).toEqual({ is: 'started' })
    })

    it('supersedes those that wait their turn too; the last one comes after all of them', async () => {
      const [a, b] = [await begin(['release g']), await begin(['release h'])]
      const [ofA, ofB] = [await claim(a.program), await claim(b.program)]
      const [second, third] = ['behind-2', 'behind-3'].map(id => ({ id, program: program(), input: 1, holds: ['release h', 'release g'] }))
      await store.journal.start({ ...second!, supersede })
      const started = await store.journal.start({ ...third!, supersede })
      expect(started).toEqual({ is: 'started', behind: expect.arrayContaining([a.id, b.id, 'behind-2']) })
      expect(await inbox('behind-2')).toMatchObject([{ is: 'abort' }])

      await append(ofA, [ended('forward')], { finish: 'returned' })
      await append(await claim(second!.program), [ended('forward')], { finish: 'returned' })
      expect(await inbox('behind-3')).toEqual([])
      await append(ofB, [ended('forward')], { finish: 'returned' })
      expect(await inbox('behind-3')).toMatchObject([{ is: 'answer', name: turnName }])
    })

    it('supersedes nobody where every name is free', async () => {
      expect(await store.journal.start({ id: 'alone', program: 'q', input: 1, holds: ['release i'], supersede })).toEqual({ is: 'started' })
      expect(await events('alone')).toEqual(['1 forward started'])
    })

    it('gives an execution to one owner at a time [1] [2]', async () => {
      const mine = await begin()
      const first = await claim(mine.program)
      expect(await store.journal.claim({ programs: [mine.program], lease: 1000 })).toMatchObject({ is: 'none' })

      await under.advance(10_001)
      const second = await claim(mine.program)
      expect(second).toEqual({ execution: mine.id, epoch: first.epoch + 1 })
      expect(await append(first, [recorded('forward/late')])).toEqual({ is: 'lost' })
      expect(await store.journal.renew(first, 1000)).toBe('lost')
      expect(await store.journal.park(first, undefined)).toBe('lost')
      expect(await append(second, [recorded('forward/a')])).toMatchObject({ is: 'appended', events: [{ seq: 2, name: 'forward/a' }] })
      expect(await events(mine.id)).toEqual(['1 forward started', '2 forward/a recorded'])
    })

    it('keeps a claim that is renewed in time, by its own clock [8]', async () => {
      const { program: of, claim: held } = await owned()
      await under.advance(9_000)
      expect(await store.journal.renew(held, 10_000)).toBe('renewed')
      await under.advance(9_000)
      expect(await store.journal.claim({ programs: [of], lease: 1 })).toMatchObject({ is: 'none' })
      await under.advance(1_001)
      expect(await store.journal.claim({ programs: [of], lease: 1 })).toMatchObject({ is: 'claimed' })
    })

    it('claims only of the programs that are asked for', async () => {
      const mine = await begin()
      expect(await store.journal.claim({ programs: ['other'], lease: 1 })).toMatchObject({ is: 'none' })
      expect(await store.journal.claim({ programs: [], lease: 1 })).toMatchObject({ is: 'none', next: undefined })
      expect(await claim(mine.program)).toMatchObject({ execution: mine.id })
    })

    it('reads events back in order, as they were written', async () => {
      const { id, claim: held } = await owned()
      await append(held, [recorded('forward/a', { b: 1, a: '\u0000"\\' }), { name: 'forward/b', kind: 'recorded', payload: {} }])
      await append(held, [recorded('forward/c', [1.5, 'ä', null])])
      const loaded = await store.journal.load(id, 1)
      expect(loaded?.events.map(event => event.payload)).toEqual([{ value: { b: 1, a: '\u0000"\\' } }, {}, { value: [1.5, 'ä', null] }])
      expect((await store.journal.load(id, 3))?.events.map(event => event.name)).toEqual(['forward/c'])
      expect(loaded?.row.seq).toBe(4)
    })

    it('keeps one result per name: the first [3]', async () => {
      const { id, claim: held } = await owned()
      await append(held, [scheduled('forward/a')], { tasks: [task('forward/a')] })
      await append(held, [{ name: 'forward/a', kind: 'succeeded', payload: {} }])
      const second = append(held, [
        recorded('forward/b'),
        { name: 'forward/a', kind: 'failed', payload: { failure: { code: 'X', blame: 'bug', message: '', todo: '', facts: {} } } },
      ])
      await expect(second).rejects.toThrow(Failure)
      expect(await events(id)).toEqual(['1 forward started', '2 forward/a scheduled', '3 forward/a succeeded'])
    })

    it('refuses, where asked to, what would overlook news [5]', async () => {
      const { id, claim: held } = await owned()
      await append(held, [waiting('forward/w')])
      expect(await store.journal.deliver(id, { is: 'answer', name: 'forward/w', payload: 7, by: 'ada' })).toBe('accepted')
      expect(await append(held, [{ name: 'forward/w', kind: 'expired', payload: {} }], { unlessNews: true })).toEqual({ is: 'news' })

      const { inbox } = await store.journal.news(id)
      expect(inbox).toMatchObject([{ message: { is: 'answer', name: 'forward/w', payload: 7, by: 'ada' } }])
      const read = inbox.map(row => row.id)
      await append(held, [{ name: 'forward/w', kind: 'delivered', payload: { payload: 7 } }], { read })
      expect(await store.journal.news(id)).toEqual({ inbox: [], tasks: [] })
      expect(await append(held, [recorded('forward/b')], { unlessNews: true })).toMatchObject({ is: 'appended' })
    })

    it('takes one answer per wait, and says why it takes no other', async () => {
      const { id, claim: held } = await owned()
      await append(held, [waiting('forward/w'), waiting('forward/v')])
      const answer = (of: string) => store.journal.deliver(id, { is: 'answer', name: of })
      expect(await answer('forward/x')).toBe('notWaiting')
      expect(await answer('forward/w')).toBe('accepted')
      expect(await answer('forward/w')).toBe('answered')
      await append(held, [{ name: 'forward/v', kind: 'expired', payload: {} }])
      expect(await answer('forward/v')).toBe('answered')
      expect(await store.journal.deliver('nothing', { is: 'abort', now: false })).toBe('unknown')
    })

    it('keeps commands in the order in which they came', async () => {
      const { id } = await owned()
      await store.journal.deliver(id, { is: 'pause', deadline: 5, by: 'ada', why: 'lunch' })
      await store.journal.deliver(id, { is: 'resume' })
      await store.journal.deliver(id, { is: 'abort', now: true })
      const { inbox } = await store.journal.news(id)
      expect(inbox.map(row => row.message.is)).toEqual(['pause', 'resume', 'abort'])
      expect(inbox.map(row => row.id)).toEqual(inbox.map(row => row.id).sort((a, b) => a - b))
    })

    it('sleeps until its deadline, news, or for ever [5]', async () => {
      const { id, program: of, claim: held } = await owned()
      const { now } = await store.journal.claim({ programs: [of], lease: 1 })
      expect(await store.journal.park(held, now + 5_000)).toBe('parked')
      expect(await store.journal.claim({ programs: [of], lease: 1000 })).toEqual({ is: 'none', now, next: now + 5_000 })
      await under.advance(5_000)
      const again = await claim(of)
      await store.journal.park(again, undefined)
      expect(await store.journal.claim({ programs: [of], lease: 1000 })).toMatchObject({ is: 'none', next: undefined })
      await store.journal.deliver(id, { is: 'abort', now: false })
      expect(await claim(of)).toEqual({ execution: id, epoch: again.epoch + 1 })
    })

    it('is due at once when news came before it was parked [5]', async () => {
      const { id, program: of, claim: held } = await owned()
      await store.journal.deliver(id, { is: 'abort', now: false })
      expect(await store.journal.park(held, undefined)).toBe('parked')
      expect(await claim(of)).toMatchObject({ execution: id })
    })

    it('does not let news give an owned execution to somebody else', async () => {
      const { id, program: of } = await owned()
      await store.journal.deliver(id, { is: 'abort', now: false })
      expect(await store.journal.claim({ programs: [of], lease: 1 })).toMatchObject({ is: 'none' })
    })

    it('ends for good: no claim, no message, no open task, nothing held', async () => {
      const { id, program: of, claim: held, type } = await withTask()
      await append(held, [{ name: 'forward', kind: 'succeeded', payload: {} }], { finish: 'succeeded' })
      const loaded = await store.journal.load(id)
      expect(loaded?.row).toMatchObject({ status: 'succeeded', endedAt: loaded?.events.at(-1)?.at })
      expect(await append(held, [recorded('forward/b')])).toEqual({ is: 'lost' })
      expect(await store.journal.claim({ programs: [of], lease: 1 })).toMatchObject({ is: 'none', next: undefined })
      expect(await store.journal.deliver(id, { is: 'abort', now: false })).toBe('ended')
      expect(await lease({ types: [type] })).toMatchObject({ is: 'none' })
    })

    it('lists the newest first, all of them or those under way', async () => {
      const older = await owned()
      await under.advance(1)
      const newer = await begin()
      await append(older.claim, [{ name: 'forward', kind: 'succeeded', payload: {} }], { finish: 'succeeded' })
      const all = (await store.journal.list()).map(row => row.id)
      expect(all.indexOf(newer.id)).toBeLessThan(all.indexOf(older.id))
      const unfinished = (await store.journal.list({ unfinished: true })).map(row => row.id)
      expect(unfinished).toContain(newer.id)
      expect(unfinished).not.toContain(older.id)
      expect(await store.journal.list({ limit: 1 })).toMatchObject([{ id: newer.id }])
    })

    it('queues a task with the event that schedules it, or not at all [4]', async () => {
      const { program: of, claim: held, type } = await withTask()
      await under.advance(10_001)
      await claim(of)
      expect(await append(held, [scheduled('forward/b')], { tasks: [task('forward/b', { type })] })).toEqual({ is: 'lost' })
      expect(await leased(type)).toMatchObject({ name: 'forward/a', attempt: 1, input: { a: 1 }, urgent: false })
      expect(await lease({ types: [type] })).toMatchObject({ is: 'none' })
    })

    it('gives a task only to a delegate that has all its selectors', async () => {
      const { type } = await withTask({ selectors: ['eu', 'production'] })
      expect(await lease({ types: [type], selectors: ['eu'] })).toMatchObject({ is: 'none' })
      expect(await lease({ types: [type], selectors: [] })).toMatchObject({ is: 'none' })
      expect(await lease({ types: ['other'], selectors: 'every' })).toMatchObject({ is: 'none' })
      expect(await lease({ types: [type], selectors: ['production', 'x', 'eu'] })).toMatchObject({ is: 'leased' })
    })

    it('gives urgent tasks first, then the oldest', async () => {
      const { claim: held, type } = await withTask()
      const more = [task('forward/b', { type }), task('back/c', { type, urgent: true })]
      await append(held, [scheduled('forward/b'), scheduled('back/c')], { tasks: more })
      expect([(await leased(type)).name, (await leased(type)).name, (await leased(type)).name]).toEqual([
        'back/c',
        'forward/a',
        'forward/b',
      ])
    })

    it('gives a task to another delegate when the first falls silent, and refuses what the first then says [2]', async () => {
      const { id, type } = await withTask()
      const first = await leased(type)
      const none = await lease({ types: [type] })
      expect(none).toMatchObject({ is: 'none', next: none.is === 'none' ? none.now + 1000 : 0 })
      await under.advance(900)
      expect(await store.tasks.heartbeat(first, 1000, { says: 'half' })).toBe('goOn')
      await under.advance(900)
      expect(await lease({ types: [type] })).toMatchObject({ is: 'none' })
      expect(await store.tasks.openTasks(id)).toMatchObject([{ status: 'leased', attempt: 1, agent: 'a', progress: { says: 'half' } }])
      await under.advance(101)
      const second = await leased(type)
      expect(second.attempt).toBe(2)
      expect(await store.tasks.heartbeat(first, 1000, undefined)).toBe('cancelled')
      expect(await store.tasks.complete(first, { is: 'succeeded', output: 'late' })).toBe('cancelled')
      expect(await store.tasks.complete(second, { is: 'succeeded', output: 'right' })).toBe('accepted')
      expect(await store.tasks.complete(second, { is: 'succeeded', output: 'twice' })).toBe('cancelled')
      expect((await store.journal.news(id)).tasks).toEqual([{ name: 'forward/a', result: { is: 'succeeded', output: 'right' } }])
    })

    it('never gives a task away while its delegate lives in the same process', async () => {
      const { type } = await withTask()
      const mine = await lease({ types: [type], lease: 'process' })
      await under.advance(24 * 3_600_000)
      expect(await lease({ types: [type] })).toMatchObject({ is: 'none', next: undefined })
      expect(mine.is === 'leased' && (await store.tasks.heartbeat(mine.task, 'process', undefined))).toBe('goOn')
    })

    it('wakes a parked execution when its task is complete [5]', async () => {
      const { id, program: of, claim: held, type } = await withTask()
      await store.journal.park(held, undefined)
      const mine = await leased(type)
      expect(await store.journal.claim({ programs: [of], lease: 1 })).toMatchObject({ is: 'none' })
      await store.tasks.complete(mine, { is: 'failed', failure: { code: 'X', blame: 'world', message: 'm', todo: 't', facts: { n: 1 } } })
      const again = await claim(of)
      const { tasks } = await store.journal.news(id)
      expect(tasks).toMatchObject([{ name: 'forward/a', result: { is: 'failed', failure: { facts: { n: 1 } } } }])
      await append(again, [{ name: 'forward/a', kind: 'succeeded', payload: {} }])
      expect((await store.journal.news(id)).tasks).toEqual([])
    })

    it('cancels the tasks of a lane, taken or not, results that nobody has read included', async () => {
      const { id, claim: held, type } = await withTask()
      const more = ['forward/b', 'forward/c', 'forwards/d', 'back/e']
      await append(held, more.map(scheduled), { tasks: more.map(of => task(of, { type })) })
      const [a, b] = [await leased(type), await leased(type)]
      await store.tasks.complete(a, { is: 'succeeded', output: 1 })
      await append(held, [{ name: 'forward', kind: 'stopped', payload: {} }], { cancel: ['forward/'] })
      expect((await store.journal.news(id)).tasks).toEqual([])
      expect(await store.tasks.heartbeat(b, 1000, undefined)).toBe('cancelled')
      expect((await store.tasks.openTasks(id)).map(row => row.name)).toEqual(['forwards/d', 'back/e'])
    })

    it('closes a task whose call has ended', async () => {
      const { claim: held, type } = await withTask()
      const mine = await leased(type)
      await append(held, [
        { name: 'forward/a', kind: 'failed', payload: { failure: { code: 'T', blame: 'world', message: '', todo: '', facts: {} } } },
      ])
      expect(await store.tasks.complete(mine, { is: 'succeeded', output: 1 })).toBe('cancelled')
    })

    it('keeps texts by their hash', async () => {
      const hash = await store.content.put('kind: Deployment # ä\n')
      expect(hash).toBe('aee1dfecf570baba53b5bd181821186c33341bc6a5558c764e1ce117f0ec2e57')
      expect(await store.content.put('kind: Deployment # ä\n')).toBe(hash)
      expect(await store.content.get(hash)).toBe('kind: Deployment # ä\n')
      expect(await store.content.get('0')).toBeUndefined()
    })

    it('hints at changes once they are there', async () => {
      const hints: Hint[] = []
      const end = store.subscribe(hint => hints.push(hint))
      const { id, claim: held, type } = await withTask()
      const mine = await leased(type)
      await store.tasks.heartbeat(mine, 1000, { says: 'x' })
      await store.tasks.complete(mine, { is: 'succeeded', output: 1 })
      await append(held, [{ name: 'forward', kind: 'stopped', payload: {} }], { cancel: ['forward/'] })
      await store.content.get('0')
      end()
      await store.journal.deliver(id, { is: 'abort', now: false })
      const told = hints.map(hint => hint.is)
      expect(told.filter(is => is === 'progress').length).toBe(2)
      expect(new Set(told)).toEqual(new Set(['news', 'journal', 'queue', 'progress', 'cancelled']))
      expect(hints.every(hint => hint.is === 'queue' || hint.execution === id)).toBe(true)
    })
  })
}
