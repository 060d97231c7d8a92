import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { pinnedRows, type Row } from '../rows.ts'
import type { EntrySplit, Ours, Outcome, Router } from './router.ts'

/** Routes of one router to try the contract on. */
export interface RouterExamples {
  readonly ours: Ours
  /** One destination, ours, without weights; has fields that no router knows. Of a split beside its route, what holds it. */
  readonly bare: KubernetesObject
  /** The route itself, where its split is held beside it. */
  readonly route?: KubernetesObject
  /** Ours has 70 and a stranger 30 of 100 (needs `can.foreign`). */
  readonly shared?: KubernetesObject
  /** A colleague's edit: a stranger comes in with 20 of 100, everything else keeps its proportion (needs `can.foreign`). */
  readonly joined?: (object: KubernetesObject) => KubernetesObject
  /** No destination of ours. */
  readonly strange: KubernetesObject
}

/** What every router promises. A new router passes this before it has a test of its own. */
export function routerContract(router: Router, examples: RouterExamples): void {
  const { ours, bare, route = bare, shared, joined, strange } = examples
  const pinned = (): KubernetesObject => done(router.pin(bare, ours))
  const split = (object: KubernetesObject): EntrySplit => done(router.readSplit(object, ours))[0]!
  const rows = (object: KubernetesObject): readonly Row[] => split(object).rows.map(({ to, percent }) => ({ to, weight: percent }))
  const write = (object: KubernetesObject, written: readonly Row[]): KubernetesObject => done(router.writeSplit(object, ours, written))

  const { shares, foreign, literals } = router.can
  const ordered = shares && split(bare).unordered !== true
  const missing = [
    ...(shares ? [] : ['shares: it leads to one side at a time']),
    ...(ordered ? [] : ['the order of rows: it has none']),
    ...(foreign ? [] : ['strangers: they have no share of it']),
    ...(literals ? [] : ['literal rows: it has none beside the two sides']),
  ]
  if (missing.length > 0) console.warn(`${router.name}: the contract does not ask for ${missing.join('; ')}`)

  describe(`${router.name} keeps the router contract`, () => {
    it('reads the managed entry of a bare route', () => {
      expect(done(router.readRoute(route))).toMatchObject([{ index: 0, destinations: [{ share: 1 }] }])
      expect(split(bare)).toMatchObject({ pinned: false, foreign: [] })
    })

    it('pins a bare route to stable 100, canary 0', () => {
      expect(rows(pinned())).toEqual(pinnedRows)
      expect(split(pinned()).pinned || split(pinned()).narrow).toBe(true)
    })

    it.each(shares ? [0, 1, 33, 50, 100] : [0, 100])('reads back the split it wrote, canary at %i percent', canary => {
      const wanted: readonly Row[] = [
        { to: 'stable', weight: 100 - canary },
        { to: 'canary', weight: canary },
      ]
      expect(rows(write(pinned(), wanted))).toEqual(wanted)
      expect(rows(write(write(pinned(), [{ to: 'canary', weight: 100 }]), wanted))).toEqual(wanted)
    })

    it.skipIf(!ordered)('keeps the order of the rows', () => {
      const wanted: readonly Row[] = [
        { to: 'canary', weight: 20 },
        { to: 'stable', weight: 80 },
      ]
      expect(rows(write(pinned(), wanted))).toEqual(wanted)
    })

    it.skipIf(!shares)('gives the same object back when the split is already so', () => {
      const once = write(pinned(), [
        { to: 'stable', weight: 90 },
        { to: 'canary', weight: 10 },
      ])
      expect(
        write(once, [
          { to: 'stable', weight: 90 },
          { to: 'canary', weight: 10 },
        ]),
      ).toBe(once)
      expect(done(router.pin(pinned(), ours))).toEqual(pinned())
    })

    it.skipIf(!shares)('pins again, with the split that is wanted, a route that somebody reset', () => {
      expect(
        rows(
          write(bare, [
            { to: 'stable', weight: 60 },
            { to: 'canary', weight: 40 },
          ]),
        ),
      ).toEqual([
        { to: 'stable', weight: 60 },
        { to: 'canary', weight: 40 },
      ])
    })

    it('gives the route back as it was, and everything else as it is now', () => {
      const snapshot = done(router.snapshot(bare, ours))
      const edited = {
        ...write(pinned(), [
          { to: 'stable', weight: 0 },
          { to: 'canary', weight: 100 },
        ]),
        edited: 'meanwhile',
      }
      expect(done(router.restore(edited, snapshot, ours))).toEqual({ ...bare, edited: 'meanwhile' })
      expect(done(router.restore(bare, snapshot, ours))).toBe(bare)
      expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot)
    })

    it.skipIf(!foreign || !joined)('keeps a stranger who came meanwhile, and gives the rest back', () => {
      const snapshot = done(router.snapshot(bare, ours))
      const edited = joined!(
        write(pinned(), [
          { to: 'stable', weight: 50 },
          { to: 'canary', weight: 50 },
        ]),
      )

      const restored = done(router.restore(edited, snapshot, ours))

      expect(split(restored)).toMatchObject({ pinned: false, ofRoute: 80, rows: [{ weight: 80 }], foreign: [{ weight: 20 }] })
      expect(done(router.restore(restored, snapshot, ours))).toBe(restored)
    })

    it('leaves the object it was given alone', () => {
      const before = structuredClone(bare)
      write(pinned(), [{ to: 'canary', weight: 100 }])
      expect(bare).toEqual(before)
    })

    it('refuses weights that do not sum to 100, are negative or broken, and rows that stand twice', () => {
      const refusals = [
        [],
        [{ to: 'stable', weight: 99 }],
        [
          { to: 'stable', weight: 101 },
          { to: 'canary', weight: -1 },
        ],
        [
          { to: 'stable', weight: 99.5 },
          { to: 'canary', weight: 0.5 },
        ],
        [
          { to: 'stable', weight: 50 },
          { to: 'stable', weight: 50 },
        ],
      ] as const
      for (const wrong of refusals) expect(router.writeSplit(pinned(), ours, wrong)).toMatchObject({ problem: { is: 'rows' } })
    })

    it('refuses a route in which nothing is ours, and an object of another kind', () => {
      expect(router.pin(strange, ours)).toMatchObject({ problem: { is: 'none-ours' } })
      expect(router.readRoute({ ...bare, kind: 'ConfigMap' })).toMatchObject({ problem: { is: 'other-kind' } })
    })

    it.skipIf(!literals || !ours.literals?.[0])('gives a literal row its weight, and takes it out again', () => {
      const literal: Row = { to: ours.literals![0]!, weight: 30 }
      const wanted: readonly Row[] = [{ to: 'stable', weight: 60 }, literal, { to: 'canary', weight: 10 }]
      expect(rows(write(pinned(), wanted))).toEqual(wanted)
      expect(split(write(pinned(), wanted)).foreign).toEqual([])
      expect(write(write(pinned(), wanted), pinnedRows)).toEqual(pinned())
    })

    it.skipIf(!foreign || !shared)('keeps the share of what is not ours', () => {
      const object = shared as KubernetesObject
      const foreign = split(object).foreign
      for (const canary of [0, 10, 100]) {
        const written = write(done(router.pin(object, ours)), [
          { to: 'stable', weight: 100 - canary },
          { to: 'canary', weight: canary },
        ])
        expect(split(written).foreign).toEqual(foreign)
      }
      expect(done(router.restore(done(router.pin(object, ours)), done(router.snapshot(object, ours)), ours))).toEqual(object)
    })
  })
}

function done<T>(outcome: Outcome<T>): T {
  if (outcome.is === 'refused') throw new Error(`refused: ${JSON.stringify(outcome.problem)}`)
  return outcome.value
}
