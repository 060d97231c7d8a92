// Somebody takes the names away that routes lead to, while users are being taken back.
import { expect, it } from 'vitest'
import type { Goal } from '../goal.ts'
import { decide } from './decide.ts'
import { before, next, sketchedView, terms, type Sketch } from './sketched-view.contract.ts'

const returned: Goal = { to: 'returned', now: false }
const edited = { before: false, next: false }
const move = (sketch: Partial<Sketch>, byService: boolean, keepEdit = false) => {
  const view = sketchedView({ version: before, canaryShare: 0, ...sketch })
  return decide({ ...returned, keepEdit }, { ...view, sides: { named: false, says: 'the sides', byService } }, terms)
}

it('names subsets again by what stable is to be, or by any of its pods where it has no weight', () => {
  const again = { is: 'write', change: 'nameSides', hash: 'a' }

  expect(move({}, false)).toEqual(again)
  expect(move({ version: next, canaryShare: 100 }, false)).toEqual(again)
  expect(move({ version: edited }, false)).toMatchObject({ is: 'ask' })
})

it('puts the Service of the canary back whatever stable has, with which a route is refused that no longer sends anything there', () => {
  const again = { is: 'write', change: 'nameSides', hash: '' }

  expect(move({ version: edited, stable: { hash: undefined } }, true, true)).toEqual(again)
  expect(move({ version: edited, stable: { hash: undefined } }, false, true)).not.toEqual(again)
})
