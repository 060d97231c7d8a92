import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { Row } from '../rows.ts'
import { digestOf, type ApartChange, type RequestMatch, type Sticky } from './apart.ts'
import type { Ours, Outcome, Router } from './router.ts'

const usualBeta: readonly RequestMatch[] = [{ headers: { 'x-beta': { exact: 'yes' } } }]
const usualGamma: readonly RequestMatch[] = [{ headers: { 'x-gamma': { exact: 'yes' }, 'x-delta': { exact: 'no' } } }]
const set = (name: string, match: readonly RequestMatch[]): ApartChange => ({ is: 'headerRoute', name, match })
const mirror = (percent: number, allowUnsafeMethods = true): ApartChange => ({ is: 'mirror', percent, allowUnsafeMethods })
const half: readonly Row[] = [
  { to: 'stable', weight: 50 },
  { to: 'canary', weight: 50 },
]

/** Routes to try the contract on. */
export interface ApartExamples {
  readonly ours: Ours
  /** One destination, ours; takes requests with any header, of any method. */
  readonly bare: KubernetesObject
  /** The route itself, where its split is held beside it. */
  readonly route?: KubernetesObject
  /** Other conditions that two header routes may have, where the router knows no others. */
  readonly beta?: readonly RequestMatch[]
  readonly gamma?: readonly RequestMatch[]
  /** Ours has 70 and a stranger 30 of 100. */
  readonly shared?: KubernetesObject
  /** The router copies requests, and keeps users on their side. */
  readonly mirrors: boolean
  readonly sticky: boolean
}

/** What a router promises that tells requests apart: beside the contract of all routers. */
export function apartContract(router: Router, examples: ApartExamples): void {
  const { ours, bare, route, shared, mirrors, sticky: keepsUsers, beta = usualBeta, gamma = usualGamma } = examples
  const told = router.apart
  if (!told) throw new Error(`${router.name} tells nothing apart`)
  const write = (object: KubernetesObject, ...changes: readonly ApartChange[]): KubernetesObject =>
    changes.reduce((sofar, change) => done(told.write(sofar, ours, change)), object)
  const pinned = (): KubernetesObject => done(router.pin(bare, ours))
  const both = (): KubernetesObject => write(pinned(), set('beta', beta), set('gamma', gamma))

  describe(`${router.name} tells requests apart`, () => {
    it('puts header routes in, tells them, and changes nothing where they stand', () => {
      expect(done(told.read(both(), ours)).routes).toEqual([
        { name: 'beta', digest: digestOf(beta) },
        { name: 'gamma', digest: digestOf(gamma) },
      ])
      const stands = both()
      expect(write(stands, set('beta', beta))).toBe(stands)
      expect(done(told.read(write(stands, set('beta', gamma)), ours)).routes).toMatchObject([{ name: 'beta', digest: digestOf(gamma) }, {}])
    })

    it('has nothing of them in the weights: a route that only tells apart gives the canary no share', () => {
      expect(done(router.readSplit(both(), ours))).toEqual(done(router.readSplit(pinned(), ours)))
    })

    it('takes one out without touching the other, and leaves no trace of the last', () => {
      expect(done(told.read(write(both(), set('beta', [])), ours)).routes).toMatchObject([{ name: 'gamma' }])
      expect(write(both(), set('beta', []), set('gamma', []))).toEqual(pinned())
      expect(write(both(), { is: 'nothing' })).toEqual(pinned())
      const plain = pinned()
      expect(write(plain, { is: 'nothing' })).toBe(plain)
    })

    it('keeps them while weights move, which do not count them', () => {
      const moved = done(router.writeSplit(both(), ours, half))
      expect(done(told.read(moved, ours)).routes).toHaveLength(2)
      expect(done(router.readSplit(moved, ours))).toEqual(done(router.readSplit(done(router.writeSplit(pinned(), ours, half)), ours)))
      expect(done(router.writeSplit(moved, ours, half))).toBe(moved)
      expect(done(router.readRoute(route ?? both()))).toHaveLength(1)
    })

    it('gives the route back without them', () => {
      const snapshot = done(router.snapshot(bare, ours))
      expect(done(router.snapshot(both(), ours)).entries).toHaveLength(snapshot.entries.length)
      expect(done(router.restore({ ...(mirrors ? write(both(), mirror(30)) : both()), edited: 'meanwhile' }, snapshot, ours))).toEqual({
        ...bare,
        edited: 'meanwhile',
      })
    })

    it('puts header routes back as they stood, whatever became of them', () => {
      const left = done(router.writeSplit(both(), ours, half))
      const bare = done(router.writeSplit(pinned(), ours, half))
      expect(done(told.putBack(bare, ours, left))).toEqual(left)
      expect(done(told.putBack(write(left, set('beta', gamma)), ours, left))).toEqual(left)
      expect(done(told.putBack(left, ours, bare))).toEqual(bare)
      expect(done(told.putBack(left, ours, left))).toBe(left)
    })

    it.skipIf(!mirrors)('copies requests to the canary, and stops', () => {
      expect(done(told.read(write(pinned(), mirror(30)), ours)).mirrored).toBe(30)
      expect(write(pinned(), mirror(30), mirror(0))).toEqual(pinned())
      expect(write(pinned(), mirror(30), mirror(100))).toEqual(write(pinned(), mirror(100)))
      const stands = write(pinned(), mirror(30))
      expect(write(stands, mirror(30))).toBe(stands)
    })

    it.skipIf(!mirrors)('refuses to copy requests that write, unless that is said to be harmless', () => {
      expect(told.write(pinned(), ours, mirror(10, false))).toMatchObject({ problem: { is: 'unsafe-mirror' } })
    })

    it.skipIf(!keepsUsers)('keeps users on their side by a cookie, and forgets them without a trace', () => {
      const sticky = (draws: Sticky['draws']): ApartChange => ({
        is: 'sticky',
        sticky: { cookie: 'cart', maxAge: 3600, execution: 'k3f9', draws },
      })
      const split = done(router.writeSplit(both(), ours, half))
      const kept = write(split, sticky({ canary: 3, stable: 4 }))
      expect(done(told.read(kept, ours)).sticky).toEqual({ canary: 3, stable: 4 })
      expect(write(kept, sticky({ canary: 3, stable: 4 }))).toBe(kept)
      expect(write(kept, sticky({ canary: 5, stable: 5 }), { is: 'sticky', sticky: undefined })).toEqual(split)
      expect(write(kept, { is: 'nothing' })).toEqual(done(router.writeSplit(pinned(), ours, half)))
    })

    it.skipIf(!shared)('leaves what is not ours where it was', () => {
      const object = done(router.pin(shared as KubernetesObject, ours))
      const [split] = done(router.readSplit(object, ours))
      expect(done(router.readSplit(write(object, set('beta', beta)), ours))).toEqual([split])
      expect(write(object, set('beta', beta), ...(mirrors ? [mirror(10)] : []), { is: 'nothing' })).toEqual(object)
    })
  })
}

function done<T>(outcome: Outcome<T>): T {
  if (outcome.is === 'refused') throw new Error(`refused: ${JSON.stringify(outcome.problem)}`)
  return outcome.value
}
