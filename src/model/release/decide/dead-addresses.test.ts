import { expect, it } from 'vitest'
import type { Arrival } from '../arrival.ts'
import type { CanaryView, StableView, View } from '../view.ts'
import { decide } from './decide.ts'
import { rows } from './shares.ts'

const everywhere: Arrival = { reached: 'removal', says: '3 of 3 proxies', acknowledged: 3, expected: 3, missing: [] }
const terms = { replicas: 4, stable: 'Deployment shop/cart', canary: 'Deployment shop/cart-canary' }
const before = { before: true, next: false }
const next = { before: false, next: true }

interface Sketch {
  /** What stable is, and how many addresses of its former pods some proxy may still list. */
  readonly version: typeof before
  readonly stale: number
  readonly canaryShare?: number
  readonly canary?: Partial<CanaryView>
  /** How often each route says that a request is tried again. */
  readonly retries?: readonly (number | undefined)[]
}

/** Four pods on each side, all known, the users where they are. */
function view({ version, stale, canaryShare = 100, canary, retries = [undefined] }: Sketch): View {
  const four = { replicas: 4, ready: 4, known: 4, failing: undefined }
  const stable: StableView = {
    ...four,
    version,
    paused: true,
    hash: 'a',
    onlyCurrent: true,
    surging: false,
    rolling: false,
    subset: { hash: 'a', version, alive: 4, known: 4, stale },
    strays: stale,
    sameImages: true,
  }
  return {
    routes: retries.map(each => ({ is: 'split', rows: rows(canaryShare), ...(each === undefined ? {} : { retries: each }) })),
    apart: { stands: false, mirrored: 0, asAsked: true },
    allOrNothing: false,
    sides: { named: true, says: 'the subsets' },
    arrival: { route: everywhere, sides: everywhere },
    listsComplete: true,
    drained: true,
    stable,
    canary: { ...four, exists: true, version: next, listed: 4, mixedImages: false, ...canary },
    claimed: true,
    holding: true,
    recorded: true,
    heldBy: undefined,
    over: false,
    canTellEnd: false,
    leftBehind: 0,
    behind: false,
    floorRaised: true,
    floorRestored: false,
    unconfigured: 0,
    heldBack: 0,
    unrestored: 0,
    outlived: 0,
    brought: 0,
    ownershipReturned: false,
    marked: true,
  }
}

const back = (sketch: Omit<Sketch, 'version'>, now = false) => decide({ to: 'returned', now }, view({ ...sketch, version: before }), terms)
const allBack = { is: 'write', change: 'split', rows: rows(0) }

it('takes users back where retries hide the dead addresses of the old side', () => {
  expect(back({ stale: 2 })).toEqual(allBack)
})

it('waits for more of them to be forgotten while the other side carries everybody: our own roll may have taken them away', () => {
  expect(back({ stale: 3 })).toEqual({ is: 'wait', for: 'every proxy to forget the addresses of dead pods' })
})

it.each([
  ['one that never tries again hides none', [0], 0],
  ['one that tries five times hides as many', [5], 3],
  ['of several the one that hides least counts', [5, undefined, 1], 1],
  ['one that does not say tries twice', [5, undefined], 2],
])('as many as the retries of the routes hide: %s', (_, retries, hidden) => {
  expect(back({ stale: hidden, retries })).toEqual(allBack)
  if (hidden < 3) expect(back({ stale: hidden + 1, retries }).is).toBe('wait')
})

it('waits for nothing where old pods have users already, and only the world takes such pods away', () => {
  expect(back({ stale: 3, canaryShare: 60 })).toEqual(allBack)
})

it('waits for nothing where there is a hurry, or the other side fails', () => {
  expect(back({ stale: 3 }, true)).toEqual(allBack)
  expect(back({ stale: 3, canary: { failing: 'crash loop' } })).toEqual(allBack)
  expect(back({ stale: 9, canary: { ready: 0 } })).toEqual(allBack)
})

it('never goes to a list that is mostly dead while the other side has a pod', () => {
  expect(back({ stale: 4, canary: { failing: 'crash loop' } }).is).toBe('wait')
})

it('brings users home from a promotion only when no proxy lists a pod of the former version any more', () => {
  const promoted = (stale: number) => decide({ to: 'promoted', traffic: 'canary' }, view({ version: next, stale }), terms)

  expect(promoted(1)).toEqual({
    is: 'wait',
    for: 'Deployment shop/cart: every proxy to forget its former pods (1 may still be listed)',
  })
  expect(promoted(0)).toEqual({ is: 'write', change: 'split', rows: rows(50) })
})
