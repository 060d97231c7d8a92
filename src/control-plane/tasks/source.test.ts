import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '#base/index.ts'
import type { Claim, EngineStore } from '#control-plane/engine/index.ts'
import { memoryStore } from '#control-plane/store/index.ts'
import { openTaskSource, type OpenTaskSource } from './source.ts'

let clock: VirtualClock
let store: EngineStore
let claim: Claim
const sources: OpenTaskSource[] = []
beforeEach(async () => {
  clock = new VirtualClock()
  store = memoryStore(clock)
  await store.journal.start({ id: 'x', program: 'p', input: {} })
  const claimed = await store.journal.claim({ programs: ['p'], lease: 1e9 })
  if (claimed.is === 'claimed') claim = claimed.claim
})
afterEach(() => {
  for (const source of sources.splice(0)) source.close()
})

function open(lease: number | 'process', on = store): OpenTaskSource {
  const source = openTaskSource({ store: on, clock, lease })
  sources.push(source)
  return source
}

async function schedule(name: string): Promise<void> {
  await store.journal.append(claim, {
    entries: [{ name, kind: 'scheduled', payload: { type: 't/do', selectors: [], timeout: null } }],
    tasks: [{ name, type: 't/do', selectors: [], input: { of: name }, urgent: false }],
  })
}

const cancelForward = () =>
  store.journal.append(claim, { entries: [{ name: 'forward', kind: 'stopped', payload: {} }], cancel: ['forward/'] })

const lease = (source: OpenTaskSource, signal = new AbortController().signal) =>
  source.lease({ agent: 'a', selectors: 'every', types: ['t/do'] }, signal)

describe('leasing', () => {
  it('waits until there is a task, and takes it at once', async () => {
    const leasing = lease(open(9_000))
    await clock.advance(1_000)
    await schedule('forward/a/b')
    const before = clock.now()
    const task = await leasing
    expect(clock.now()).toBe(before)
    expect(task).toMatchObject({
      key: 'x/forward/a/b',
      attempt: 1,
      type: 't/do',
      input: { of: 'forward/a/b' },
      urgent: false,
      heartbeat: 3_000,
    })
    expect(task.cancelled.aborted).toBe(false)
  })

  it('takes over what another delegate let go, when its lease is over', async () => {
    const source = open(9_000)
    await schedule('forward/a')
    const first = await lease(source)
    const second = lease(source)
    await clock.advance(9_001)
    expect(await second).toMatchObject({ key: first.key, attempt: 2 })
    expect(await source.complete(first.key, first.attempt, { is: 'succeeded', output: 1 })).toEqual({ cancelled: true })
    expect(first.cancelled.aborted).toBe(true)
  })

  it('keeps what is told of in time', async () => {
    const source = open(9_000)
    await schedule('forward/a')
    const task = await lease(source)
    for (let i = 0; i < 5; i++) {
      await clock.advance(6_000)
      expect(await source.heartbeat(task.key, task.attempt, { says: `${i}` })).toEqual({ cancelled: false })
    }
    expect(await store.tasks.openTasks('x')).toMatchObject([{ attempt: 1, progress: { says: '4' } }])
  })

  it('stops waiting when told to', async () => {
    const stop = new AbortController()
    const leasing = lease(open('process'), stop.signal)
    await clock.advance(10)
    stop.abort(new Error('enough'))
    await expect(leasing).rejects.toThrow('enough')
  })

  it('looks by itself where hints may be missed [7]', async () => {
    const leasing = lease(open(9_000, { ...store, subscribe: () => () => {}, hintsAreComplete: false }))
    await clock.advance(100)
    await schedule('forward/a')
    await clock.advance(5_000)
    expect(await leasing).toMatchObject({ key: 'x/forward/a' })
  })

  it('asks nothing while nothing happens (P9)', async () => {
    let asked = 0
    const counting: EngineStore = { ...store, tasks: { ...store.tasks, lease: given => ((asked += 1), store.tasks.lease(given)) } }
    const stop = new AbortController()
    const leasing = lease(open('process', counting), stop.signal).catch(() => 'stopped')
    await clock.advance(12 * 3_600_000)
    expect(asked).toBe(1)
    stop.abort()
    expect(await leasing).toBe('stopped')
  })
})

describe('cancelling', () => {
  it('reaches a delegate at once, without a heartbeat', async () => {
    const source = open('process')
    await schedule('forward/a')
    const task = await lease(source)
    expect(task.heartbeat).toBeNull()
    await cancelForward()
    await clock.advance(0)
    expect(task.cancelled.aborted).toBe(true)
    expect(await source.heartbeat(task.key, task.attempt)).toEqual({ cancelled: true })
  })

  it('reaches it with its next heartbeat where hints are missed', async () => {
    const source = open(9_000, { ...store, subscribe: () => () => {}, hintsAreComplete: false })
    await schedule('forward/a')
    const task = await lease(source)
    await cancelForward()
    await clock.advance(0)
    expect(task.cancelled.aborted).toBe(false)
    expect(await source.heartbeat(task.key, task.attempt)).toEqual({ cancelled: true })
    expect(task.cancelled.aborted).toBe(true)
  })

  it('reaches it although it came while the task was being handed over', async () => {
    const slow: EngineStore = {
      ...store,
      tasks: {
        ...store.tasks,
        lease: async given => {
          const leased = await store.tasks.lease(given)
          await cancelForward()
          await new Promise(resolve => setImmediate(resolve))
          return leased
        },
      },
    }
    await schedule('forward/a')
    const task = await lease(open('process', slow))
    await clock.advance(0)
    expect(task.cancelled.aborted).toBe(true)
  })
})

it('gives pinned texts by their hash', async () => {
  const hash = await store.content.put('kind: Service')
  const source = open('process')
  expect(await source.content(hash)).toBe('kind: Service')
  expect(await source.content('0')).toBeUndefined()
})
