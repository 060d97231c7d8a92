// What must hold of how a run goes and ends can fail, as the invariants can (`invariants.test.ts`).
import { expect, describe, it } from 'vitest'
import { seededRandom } from '#base/index.ts'
import type { EngineStore } from '#control-plane/engine/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import type { Fault } from './faults.ts'
import { newKeptEdits } from './kept-edits.ts'
import { replay } from './play.ts'
import { checkNext, expectations, restingAs, type Ending } from './rest.ts'
import { restoreByHand } from './restore-by-hand.ts'
import { checkWaits } from './run.ts'
import { Stage } from './stage.ts'
import { passing, script, served } from './standing.ts'
import { hearing, unexpected } from './unheard.ts'
import { untilOver } from './until-over.ts'
import { watchWaits } from './waits.ts'
import type { World } from './world.ts'

/** Says what is told to `tell`. */
async function told(tell: (violation: (text: string) => void) => unknown): Promise<readonly string[]> {
  const found: string[] = []
  await tell(text => void found.push(text))
  return found
}

describe('waits', () => {
  const wait = { for: 'pods', since: '2026-01-01T00:00:00.000Z', until: '2026-01-01T00:01:00.000Z', next: 'way back' }

  function said(waiting: object | undefined): readonly string[] {
    const found: string[] = []
    const view = { status: 'waiting', phases: [], around: [], waiting } as unknown as ExecutionView
    checkWaits(view, Date.parse('2026-01-01T00:00:30.000Z'), text => void found.push(text))
    return found
  }

  it('say too little, stand when they are over, or are not said at all', () => {
    expect(said(wait)).toEqual([])
    for (const lacks of Object.keys(wait)) expect(said({ ...wait, [lacks]: '' })).toEqual([expect.stringContaining('says too little')])
    expect(said({ ...wait, until: '2026-01-01T00:00:20.000Z' })).toEqual([expect.stringContaining('a wait is over and stands')])
    expect(said(undefined)).toEqual(['the execution waits and does not say for what'])
  })
})

describe('the end', () => {
  const view = (status: string): ExecutionView => ({ status, says: 'it says', id: 'mine' }) as ExecutionView

  async function left(change: Partial<Ending>): Promise<readonly string[]> {
    const world = await served()
    const before = restingAs(world, [])
    const none: Ending = {
      world,
      before,
      clean: before,
      views: [view('returned')],
      versions: ['2.0.0'],
      faults: [{ is: 'abort', when: { write: 1, delay: 0 }, now: false }],
      edits: new Set(),
      editsMet: new Set(),
      answers: new Set(['1.0.0']),
    }
    const found = expectations({ ...none, ...change })
    world.sandbox.stop()
    return found
  }

  it('is a failed run, a way back for nothing, another version than was meant, something left, or an edit that is lost', async () => {
    expect(await left({})).toEqual([])
    expect(await left({ views: [view('failed')] })).toEqual(['end: execution mine is failed: it says'])
    expect(await left({ faults: [] })).toEqual(['end: execution mine is returned without a reason: it says'])
    expect(await left({ answers: new Set(['2.0.0']) })).toEqual(['end: users get 2.0.0 instead of 1.0.0'])
    expect(await left({ before: '' })).toContainEqual(expect.stringContaining('rest: has '))
    expect(await left({ views: [view('done')] })).toContainEqual(expect.stringContaining('rest: has '))
    expect(await left({ clean: '' })).toEqual([])
    expect(await left({ views: [view('done')], versions: ['1.0.1'], clean: '' })).toContainEqual(expect.stringContaining('rest: has '))
    expect(await left({ editsMet: new Set(['timeout']) })).toEqual(["rest: somebody's edit (timeout) is lost"])
  })

  it('never comes where the only process is gone for longer than any run takes', async () => {
    const { violations } = await replay(script, [{ is: 'killAtWrite', write: 2, side: 'after', down: 18_000_000 }])

    expect(violations[0]).toContain('stuck: it does not end')
  })
})

describe('a run that is stuck', () => {
  it('has nothing left that could happen, or goes round in circles', async () => {
    const { clock, trail } = await served()
    const [nothing, circles] = [() => Promise.resolve(false), () => Promise.resolve(true)]
    let turns = 0
    const turn = (): boolean => {
      trail.add('a turn')
      return ++turns > 300_000
    }

    expect(await untilOver({ clock, trail }, nothing, () => true)).toBe(undefined)
    expect(await untilOver({ clock, trail }, nothing, () => false)).toBe('stuck: nothing is left that could happen')
    expect(await untilOver({ clock, trail }, circles, turn)).toBe('stuck: it goes round in circles')
  })
})

describe('a wait that has ended', () => {
  const waiting = { for: 'pods', since: '2026-01-01T00:00:00.000Z', until: '2026-01-01T00:01:00.000Z', next: 'way back' }

  async function watched(ends: boolean, faults: readonly Fault[]): Promise<readonly string[]> {
    const world = await served()
    let tasks: readonly object[] = [{ name: 'forward/a', progress: { waiting } }]
    let hear: (hint: object) => void = () => undefined
    const store = {
      subscribe: (listener: typeof hear) => void (hear = listener),
      tasks: { openTasks: () => Promise.resolve(tasks) },
    } as unknown as EngineStore
    const found = await told(async violation => {
      watchWaits({ clock: world.clock, store }, { faults, pace: 1000, violation })
      hear({ is: 'progress', execution: 'mine' })
      await passing(world, 1000)
      if (ends) tasks = []
      await passing(world, 120_000)
    })
    world.sandbox.stop()
    return found
  }

  it('is one with which nobody goes on, where nothing keeps anybody from it', async () => {
    expect(await watched(true, [])).toEqual([])
    expect(await watched(false, [])).toEqual([expect.stringContaining('a wait has ended, and nobody goes on')])
    expect(await watched(false, [{ is: 'cut', when: { write: 0, delay: 0 }, for: 1, from: 'cluster' }])).toEqual([])
  })
})

describe('an edit that a person keeps', () => {
  const question = (id: string, ...names: readonly string[]) => ({ id, answers: names.map(name => ({ name, means: '' })) })

  it('is asked about again by another question that offers to keep it, not by the same one or by one about something else', async () => {
    const asked = (...questions: readonly ReturnType<typeof question>[]) =>
      told(violation => {
        const kept = newKeptEdits(violation)
        for (const each of questions) {
          kept.asked(each)
          kept.keep('first')
        }
      })

    const first = question('first', 'keepEdit', 'back')
    expect(await asked(first, first, question('second', 'approve', 'reject'))).toEqual([])
    expect(await asked(first, question('second', 'keepEdit', 'back'))).toEqual([
      'asked again about an edit that a person keeps: second after first',
    ])
  })
})

describe('processes', () => {
  /** What processes met of a store of this kind. */
  async function met(change: (store: EngineStore) => EngineStore, cut = false): Promise<readonly string[]> {
    const world = await served()
    const stage = new Stage({ ...world, store: change(world.store) }, script, [], 20)
    if (cut) stage.cut('controlPlane', 3000)
    stage.start()
    await passing(world, 5000)
    stage.killAll()
    world.sandbox.stop()
    return unexpected(stage.troubles)
  }

  it('meet what they do not expect, other than a control plane that cannot be reached', async () => {
    const full = (): Promise<never> => Promise.reject(new Error('the disk is full'))

    expect(await met(store => store)).toEqual([])
    expect(await met(store => store, true)).toEqual([])
    expect(await met(store => ({ ...store, tasks: { ...store.tasks, lease: full } }))).toContainEqual(
      expect.stringMatching(/^unexpected: .*the disk is full/),
    )
  })

  it('fail with nobody to hear of it, also in their last moment', async () => {
    const failing = (heard: boolean) => async (): Promise<string> => {
      const failed = Promise.reject(new Error('nobody hears'))
      if (heard) await failed.catch(() => undefined)
      return 'played'
    }

    expect(await alone(() => hearing(failing(true)))).toEqual({ played: 'played', unheard: [] })
    expect(await alone(() => hearing(failing(false)))).toEqual({
      played: 'played',
      unheard: [expect.stringContaining('unheard: Error: nobody hears')],
    })
  })

  /** The test runner takes a rejection that nobody hears of for a failure of its own. */
  async function alone<T>(act: () => Promise<T>): Promise<T> {
    const others = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    try {
      return await act()
    } finally {
      for (const other of others) process.on('unhandledRejection', other)
    }
  }
})

describe('a restore by hand', () => {
  async function restoring(change: (world: World) => Pick<World, 'clock' | 'sandbox'>): Promise<readonly string[]> {
    const world = await served()
    const found = await told(violation => world.clock.runUntil(restoreByHand(change(world), seededRandom(1), violation)))
    world.sandbox.stop()
    return found
  }

  it('fails where the cluster lets nobody read, and not where there is nothing to take back', async () => {
    const refused = { status: 403, body: { kind: 'Status', status: 'Failure', message: 'not for you', code: 403 }, warnings: [] }

    expect(await restoring(world => world)).toEqual([])
    expect(
      await restoring(({ clock, sandbox }) => ({
        clock,
        sandbox: { ...sandbox, cluster: { ...sandbox.cluster, request: () => Promise.resolve(refused) } },
      })),
    ).toEqual([expect.stringMatching(/^restore: .*not for you/)])
  })
})

describe('the next run', () => {
  const late: Fault = { is: 'api', when: { write: 0, delay: 0 }, for: 3000, how: 'late', share: 1, lands: 20_000 }
  const abort: Fault = { is: 'abort', when: { write: 0, delay: 4000 }, now: true }

  it('is held up where it does not end well', async () => {
    const said = (status: string) => told(violation => checkNext({ status, says: 'it says' } as ExecutionView, violation))

    expect(await said('done')).toEqual([])
    expect(await said('refused')).toEqual(['next: what was created too late holds up the next run, which is refused: it says'])
    expect(await told(violation => checkNext(undefined, violation))).toHaveLength(1)
  })

  it('is played where a Lease lands after the end, and its end is judged', async () => {
    const held: Fault = { is: 'cut', when: { write: 0, delay: 20_000 }, for: 7_200_000, from: 'cluster' }
    const { violations } = await replay(script, [late, abort, held])

    expect(violations).toContainEqual(expect.stringContaining('next: what was created too late holds up the next run'))
  })
})
