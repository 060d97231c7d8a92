import { describe, expect, it } from 'vitest'
import { nothing, type Level } from '#delegate/verification/index.ts'
import { intervalBetween, joined, type InForce, type Look } from './interval.ts'
import { byPlace, type ProxyLevels } from './proxy-levels.ts'
import { idleAfter, sameSplit, type Split } from './shares.ts'

const level = (requests: number, more: Partial<Level> = {}): Level => ({ ...nothing, requests, ...more })
const levels = (more: Partial<ProxyLevels>): ProxyLevels => byPlace(place => more[place] ?? nothing)

/** A look at so many milliseconds, at proxies by name; undefined: it did not tell. All began long before, but for those named `new`. */
const look = (at: number, proxies: Readonly<Record<string, ProxyLevels | undefined>>): Look => ({
  asked: at,
  answered: at,
  proxies: new Map(Object.entries(proxies).map(([name, each]) => [name, { name, since: name === 'new' ? at : -10_000, levels: each }])),
})

const split = (canary: number, more: Partial<Split> = {}): Split => ({
  stable: 100 - canary,
  canary,
  apart: false,
  everywhere: true,
  versions: { stable: 'former', canary: 'new' },
  ...more,
})
const busy = { stable: undefined, canary: undefined }
const under = (...splits: readonly Split[]): InForce => ({ splits, idle: busy })

describe('what is counted between two looks', () => {
  it('is what each proxy counted more, by side, with lost requests apart from errors', () => {
    const before = { a: levels({ stable: level(10) }), b: levels({ stable: level(5) }) }
    const after = {
      a: levels({ stable: level(20, { errors: 3, lost: 1 }), nowhere: level(2, { errors: 2, lost: 2 }) }),
      b: levels({ stable: level(6), canary: level(4) }),
    }
    expect(intervalBetween(look(1000, before), look(2000, after), under(split(10)))).toMatchObject({
      from: '1970-01-01T00:00:01.000Z',
      to: '1970-01-01T00:00:02.000Z',
      stable: 90,
      canary: 10,
      settled: true,
      nowhere: 2,
      unnamed: 0,
      unrouted: 0,
      missing: [],
      sides: { stable: { version: 'former', requests: 11, errors: 2, lost: 1 }, canary: { version: 'new', requests: 4 } },
    })
  })

  it('is a lower bound, and says so, where a proxy began anew, went away or did not tell', () => {
    const before = { anew: levels({ stable: level(10) }), gone: levels({}), silent: levels({}), back: undefined }
    const after = { anew: levels({ stable: level(3) }), silent: undefined, back: levels({ stable: level(7) }) }
    const { sides, missing } = intervalBetween(look(1000, before), look(2000, after), under(split(0)))
    expect(sides.stable.requests).toBe(3)
    expect(missing).toEqual(['gone went away', 'anew began anew', 'silent did not tell', 'back did not tell before'])
  })

  it('holds all that a proxy counted that was not there before', () => {
    const { sides, missing } = intervalBetween(look(1000, {}), look(2000, { new: levels({ stable: level(7) }) }), under(split(0)))
    expect({ requests: sides.stable.requests, missing }).toEqual({ requests: 7, missing: [] })
  })

  it('tells one version only where the side had one', () => {
    const rolled = split(0, { versions: { stable: 'new', canary: 'new' } })
    const versionOf = (...splits: readonly Split[]): string =>
      intervalBetween(look(0, {}), look(1, {}), under(...splits)).sides.stable.version
    expect(versionOf(split(0), rolled)).toBe('either')
    // What it was while it got nothing does not matter.
    expect(versionOf(split(100), rolled)).toBe('new')
  })
})

describe('a wrong version', () => {
  const buckets = new Map([
    [100, 5],
    [1000, 8],
    [Infinity, 9],
  ])
  const answers = (idle: number | undefined, splits: readonly Split[], canary = level(9, { buckets })) =>
    intervalBetween(look(3000, { a: levels({}) }), look(4000, { a: levels({ canary }) }), { splits, idle: { ...busy, canary: idle } }).sides
      .canary

  it('is an answer of a side without a share whose request was sent when it had none', () => {
    // Idle for 2 s at the first look: what took up to 1 s was sent later for certain.
    expect(answers(1000, [split(0)])).toMatchObject({ wrong: 8, unsure: 1 })
  })

  it('is not certain of what may have been sent before', () => {
    expect(answers(2900, [split(0)])).toMatchObject({ wrong: 5, unsure: 4 })
    expect(answers(2950, [split(0)])).toMatchObject({ wrong: 0, unsure: 9 })
    // Nobody knows since when: the process began later.
    expect(answers(undefined, [split(0)])).toMatchObject({ wrong: 0, unsure: 9 })
  })

  it('is none while a split that gives it something may be in force somewhere', () => {
    expect(answers(1000, [split(10), split(0, { everywhere: false })])).toMatchObject({ wrong: 0, unsure: 0 })
  })

  it('is none on the canary while requests are told apart for it, whatever its share is', () => {
    expect(answers(1000, [split(0, { apart: true })])).toMatchObject({ version: 'new', wrong: 0, unsure: 0 })
    expect(answers(1000, [split(0, { apart: true }), split(0)])).toMatchObject({ wrong: 0 })
    const idle = idleAfter({ ...busy, canary: 1000 }, split(0, { apart: true }), 2000)
    expect([idle.canary, idleAfter(idle, split(0), 3000).canary]).toEqual([undefined, 3000])
    expect(sameSplit(split(0, { apart: true }), split(0))).toBe(false)
  })

  it('is none where nobody answered', () => {
    expect(answers(1000, [split(0)], level(9, { buckets, errors: 9, lost: 9 }))).toMatchObject({ lost: 9, wrong: 0, unsure: 0 })
  })
})

it('makes one of what came under the same split, unless a part of it is a lower bound', () => {
  const at = (from: number, to: number, requests: number, known = true) => {
    const [before, after] = [level(0), level(requests)]
    const proxies = { a: known ? levels({ stable: before }) : undefined }
    return intervalBetween(look(from, proxies), look(to, { a: levels({ stable: after }) }), under(split(10)))
  }
  const all = joined([at(1, 2, 10), at(2, 3, 20), at(3, 4, 5, false), at(4, 5, 1), at(6, 7, 1)])
  expect(all.map(({ from, to, sides }) => [Date.parse(from), Date.parse(to), sides.stable.requests])).toEqual([
    [1, 3, 30],
    [3, 4, 0],
    [4, 5, 1],
    [6, 7, 1],
  ])
})

it('takes no part in a version of a side on which nobody answered', () => {
  const under = (canary: Split['versions']['canary']): InForce => ({
    splits: [split(0, { versions: { stable: 'former', canary } })],
    idle: busy,
  })
  const [a, b] = [look(1, { a: levels({}) }), look(2, { a: levels({ stable: level(3) }) })]
  const c = look(3, { a: levels({ stable: level(7) }) })
  const all = joined([intervalBetween(a, b, under('either')), intervalBetween(b, c, under('new'))])
  expect(all.map(({ sides }) => [sides.stable.requests, sides.canary.version])).toEqual([[7, 'new']])
})
