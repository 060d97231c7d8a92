import { expect, it } from 'vitest'
import { newHistory, nextDeadline, openLanes } from './history.ts'
import type { Entry, JournalEvent } from './journal.ts'
import { next, type NameState } from './states.ts'

const failure = { code: 'SL-X', blame: 'world', message: '', todo: '', facts: {} } as const
const scheduled = { name: 'forward/a', kind: 'scheduled', payload: { type: 't', selectors: [], timeout: 5_000 } } as const
const waiting = { name: 'forward/w', kind: 'waiting', payload: { deadline: 3_000, for: 'f', next: 'n' } } as const
const paused = (name: string, deadline: number) => ({ name, kind: 'paused', payload: { deadline } }) as const

/** Every kind once, all with one name. */
const entries: readonly Entry[] = [
  { name: '', kind: 'started', payload: {} },
  { name: '', kind: 'stopped', payload: {} },
  scheduled,
  { name: '', kind: 'succeeded', payload: {} },
  { name: '', kind: 'failed', payload: { failure } },
  { name: '', kind: 'sleeping', payload: { milliseconds: 1 } },
  { name: '', kind: 'slept', payload: {} },
  waiting,
  { name: '', kind: 'delivered', payload: {} },
  { name: '', kind: 'expired', payload: {} },
  { name: '', kind: 'recorded', payload: {} },
  paused('', 1),
  { name: '', kind: 'resumed', payload: {} },
  { name: '', kind: 'ignored', payload: { command: 'abort' } },
  { name: '', kind: 'aborted', payload: { now: true } },
]
const all = entries.map((entry): JournalEvent => ({ ...entry, name: 'forward/a', seq: 1, at: 1_000 }))

function kindsThatFit(state: NameState): string[] {
  return all.filter(event => accepts(state, event)).map(event => event.kind)
}

function accepts(state: NameState, event: JournalEvent): boolean {
  try {
    next('x', state, event)
    return true
  } catch {
    return false
  }
}

function stateAfter(kind: JournalEvent['kind']): NameState {
  const event = all.find(each => each.kind === kind)
  if (!event) throw new Error(`no ${kind}`)
  return next('x', undefined, event)
}

it('lets each thing end in its own ways only', () => {
  expect(kindsThatFit(stateAfter('started'))).toEqual(['stopped', 'succeeded', 'failed'])
  expect(kindsThatFit(stateAfter('scheduled'))).toEqual(['succeeded', 'failed'])
  expect(kindsThatFit(stateAfter('sleeping'))).toEqual(['slept'])
  expect(kindsThatFit(stateAfter('waiting'))).toEqual(['delivered', 'expired'])
})

it('lets nothing happen twice', () => {
  const begun = all.filter(event => accepts({ is: 'absent' }, event)).map(event => ({ event, state: next('x', undefined, event) }))
  expect(begun.filter(({ event, state }) => accepts(state, event))).toEqual([])
  expect(begun.filter(({ state }) => state.is === 'ended' && kindsThatFit(state).length > 0)).toEqual([])
})

it('says which event is out of place, and where', () => {
  const slept = all.find(event => event.kind === 'slept')
  expect(() => slept && next('k3f9', { is: 'absent' }, slept)).toThrow(
    'Execution k3f9: the journal has "slept" for "forward/a", which is absent.',
  )
})

function historyOf(...entries: readonly (Entry & { readonly at?: number })[]) {
  const history = newHistory('x')
  for (const [i, entry] of entries.entries()) history.add({ at: 1_000, ...entry, seq: i + 1 } as JournalEvent)
  return history
}
const forward: Entry = { name: 'forward', kind: 'started', payload: {} }

it('knows the earliest deadline of what is open', () => {
  expect(nextDeadline(historyOf(forward))).toBeUndefined()
  expect(nextDeadline(historyOf(forward, scheduled, waiting))).toEqual({ name: 'forward/w', at: 4_000 })
  expect(nextDeadline(historyOf(forward, scheduled, waiting, { name: 'forward/w', kind: 'expired', payload: {} }))).toEqual({
    name: 'forward/a',
    at: 6_000,
  })
  const standing: Entry = { ...scheduled, payload: { ...scheduled.payload, timeout: null } }
  expect(nextDeadline(historyOf(forward, standing))).toBeUndefined()
})

it('forgets the deadlines of a lane that has ended', () => {
  const back: Entry = { name: 'back', kind: 'started', payload: { cause: { is: 'failed', failure } } }
  const ended = historyOf(forward, scheduled, paused('command/1', 10), { name: 'forward', kind: 'stopped', payload: {} }, back)
  expect(nextDeadline(ended)).toBeUndefined()
  expect(openLanes(ended)).toEqual(['back'])
})

it('keeps each holder of the forward lane apart, and lets none outlive its lane', () => {
  const watch: Entry = { name: 'watch/cart', kind: 'started', payload: {} }
  const both = historyOf(forward, watch, paused('command/1', 60_000), paused('watch/cart/edit', 9_000))
  expect([...both.pauses.keys()]).toEqual(['people', 'watch/cart'])
  expect(nextDeadline(both)).toEqual({ name: 'watch/cart/edit', at: 10_000 })
  both.add({ name: 'command/2', kind: 'resumed', payload: {}, seq: 5, at: 1 })
  expect([...both.pauses.keys()]).toEqual(['watch/cart'])
  both.add({ name: 'watch/cart', kind: 'stopped', payload: {}, seq: 6, at: 1 })
  expect(both.pauses.size).toBe(0)
})
