import { expect, it } from 'vitest'
import { decide } from './decide.ts'
import { rows } from './shares.ts'
import { before, next, sketchedView, terms, type Sketch } from './sketched-view.contract.ts'

/** Old pods on stable, and how many addresses of its former pods some proxy may still list. */
type Stale = Omit<Sketch, 'version'> & { readonly stale: number }

const view = ({ stale, ...sketch }: Stale, version = before) =>
  sketchedView({ ...sketch, version, stable: { strays: stale }, subset: { stale } })
const back = (sketch: Stale, now = false) => decide({ to: 'returned', now }, view(sketch), terms)
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
  const promoted = (stale: number) => decide({ to: 'promoted', traffic: 'canary' }, view({ stale }, next), terms)

  expect(promoted(1)).toEqual({
    is: 'wait',
    for: 'Deployment shop/cart: every proxy to forget its former pods (1 may still be listed)',
  })
  expect(promoted(0)).toEqual({ is: 'write', change: 'split', rows: rows(50) })
})
