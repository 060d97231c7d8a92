// Somebody applies the route as it is in Git while a run is under way: users come to every pod behind the Service.
import { expect, it } from 'vitest'
import type { Goal } from '../goal.ts'
import { decide } from './decide.ts'
import { rows } from './shares.ts'
import { before, next, sketchedView, terms, type Sketch } from './sketched-view.contract.ts'

const returned: Goal = { to: 'returned', now: false }
const bare = (sketch: Partial<Sketch> = {}) => sketchedView({ version: before, canaryShare: 'bare', ...sketch })
const move = (goal: Goal, sketch: Partial<Sketch>) => decide(goal, bare(sketch), terms)

/** Stable has the template of the new version and is half rolled, so that there is no pod of one revision only. */
const torn = { version: next, stable: { onlyCurrent: false, rolling: false, paused: true, known: 1 } } as const

it('stops the roll before anything else', () => {
  expect(move(returned, { ...torn, stable: { ...torn.stable, rolling: true, paused: false } })).toEqual({
    is: 'write',
    change: 'pause',
    paused: true,
  })
})

it('leads users to old pods as far as these carry them, and to the canary for the rest', () => {
  expect(move(returned, { ...torn, subset: { hash: 'old', version: before, known: 3 } })).toEqual({
    is: 'write',
    change: 'split',
    rows: rows(25),
  })
})

it('gives the canary no more than its pods carry', () => {
  const few = { canary: { known: 1, ready: 1, replicas: 1 }, subset: { hash: 'old', version: before, known: 1 } }

  expect(move(returned, { ...torn, ...few })).toEqual({ is: 'write', change: 'split', rows: rows(50) })
  expect(move(returned, { ...torn, ...few, canary: { known: 0, ready: 0 } })).toEqual({ is: 'write', change: 'split', rows: rows(0) })
})

it('leads everybody to the canary where no name stands for old pods alone, once it has pods for them', () => {
  const mixed = { ...torn, subset: { version: { before: false, next: false } } }

  expect(move(returned, mixed)).toEqual({ is: 'write', change: 'split', rows: rows(100) })
  expect(move(returned, { ...mixed, canary: { replicas: 2, ready: 2, known: 2 } })).toEqual({
    is: 'write',
    change: 'scaleCanary',
    replicas: 4,
  })
})

it('leads everybody to old pods beside stable, route by route, before stable is rolled back under them', () => {
  const beside = {
    version: before,
    stable: { onlyCurrent: false, paused: true, known: 0 },
    subset: { hash: 'new', version: next, known: 4 },
  }
  const old = bare({ ...beside, canary: { version: before } })
  const [open] = old.routes
  const turned = { is: 'split', rows: [{ to: 'canary', weight: 100 }], ofRoute: 1 } as const

  expect(decide(returned, old, terms)).toEqual({ is: 'write', change: 'split', rows: rows(100) })
  expect(decide(returned, { ...old, routes: [turned, ...(open ? [open] : [])] }, terms)).toEqual({
    is: 'write',
    change: 'split',
    rows: rows(100),
  })
  expect(decide({ ...returned, now: true }, old, terms)).toEqual({ is: 'write', change: 'split', rows: rows(100) })
})

it('leaves users on a route that reaches the pods of stable alone, whatever these are', () => {
  const narrow = { ...bare({ ...torn, version: { before: false, next: false } }), routes: [{ is: 'bare', narrow: true }] as const }

  expect(decide({ ...returned, keepEdit: true }, narrow, terms)).toEqual({ is: 'write', change: 'deleteCanary' })
})

it('turns a roll round that has not come to pods with users', () => {
  const notBegun = { version: next, subset: { version: before }, stable: { onlyCurrent: false, known: 0, ready: 0 } }

  expect(decide(returned, sketchedView({ ...notBegun, canaryShare: 0 }), terms)).toEqual({
    is: 'write',
    change: 'template',
    version: 'before',
  })
})

it.each<Goal>([returned, { to: 'canaryRemoved' }, { to: 'atRest' }])('takes no canary pod away while users may come to it: $to', goal => {
  expect(move(goal, {})).toEqual({ is: 'write', change: 'split', rows: rows(0), keeps: true })
})

it('a blue/green run that has swapped brings the new version home, also where the route says otherwise by then', () => {
  expect(decide({ to: 'atRest', promotes: true }, sketchedView({ version: before, canaryShare: 0 }), terms)).toEqual({
    is: 'write',
    change: 'split',
    rows: rows(100),
  })
})

it('comes home to names that stand for the pods of now, and only with all of them known', () => {
  const home = (sketch: Partial<Sketch>) => decide({ to: 'canaryRemoved' }, sketchedView({ version: next, ...sketch }), terms)

  expect(home({ subset: { hash: 'gone', known: 0 } })).toEqual({ is: 'write', change: 'nameSides', hash: 'a' })
  expect(home({ subset: { known: 3 } })).toEqual({ is: 'wait', for: 'Deployment shop/cart: 3 of 4 pods known to every proxy' })
  expect(home({})).toEqual({ is: 'write', change: 'split', rows: rows(0) })
  expect(home({ subset: { known: 3, alive: 3 } })).toEqual({ is: 'write', change: 'split', rows: rows(0) })
  expect(home({ subset: { known: 0, alive: 0 } }).is).toBe('wait')
  expect(home({ subset: { known: 3 }, canary: { known: 0 } })).toEqual({ is: 'write', change: 'split', rows: rows(0) })
})
