import { expect, it } from 'vitest'
import { decide } from './decide.ts'
import { before, next, sketchedView, terms, type Sketch } from './sketched-view.contract.ts'

const edited = { before: false, next: false } as const
/** Users are on old pods beside stable, somebody edits stable's template, and a person says that the edit stays. */
const move = (sketch: Partial<Sketch>) => {
  const view = sketchedView({ version: edited, ...sketch, canary: { version: before, ...sketch.canary } })
  return decide({ to: 'returned', now: false, keepEdit: true }, view, terms)
}
const noneOfIt = { hash: undefined, onlyCurrent: false, ready: 0, known: 0 }

it('lets the edit roll beside everybody where stable has a name for pods only that are gone', () => {
  const gone = { version: edited, alive: 0, known: 0 }
  expect(move({ stable: noneOfIt, subset: gone })).toEqual({ is: 'write', change: 'pause', paused: false })
  expect(move({ stable: { paused: false, onlyCurrent: true, ready: 2 }, subset: gone })).toMatchObject({ is: 'wait' })
  expect(move({ stable: { hash: 'b' }, subset: gone })).toEqual({ is: 'write', change: 'nameSides', hash: 'b' })
})

it('does so too where the name stands for pods of the new version', () => {
  expect(move({ stable: noneOfIt, subset: { version: next } })).toEqual({ is: 'write', change: 'pause', paused: false })
})

it('takes everybody home at once to old pods that the name stands for', () => {
  expect(move({ stable: noneOfIt, subset: { version: before } })).toMatchObject({ is: 'write', change: 'split' })
})
