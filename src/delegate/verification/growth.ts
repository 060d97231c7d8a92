import { nothing, type Level, type Reading } from './source.ts'

/** What was counted between the first reading and the last. */
export interface Growth {
  readonly total: Level
  /** The last level of each that counts. */
  readonly last: ReadonlyMap<string, Level>
}

export const noGrowth: Growth = { total: nothing, last: new Map() }

/**
 * Takes one more reading. Who counts for the first time gives a starting point only. A level that fell belongs to a process that began
 * anew: all of it has grown since; what the former process counted after its last reading is lost.
 */
export function grow({ total, last }: Growth, { levels }: Reading): Growth {
  const grown = [...levels].flatMap(([who, level]) => {
    const before = last.get(who)
    return before ? [grownSince(before, level)] : []
  })
  return { total: grown.reduce(sum, total), last: new Map([...last, ...levels]) }
}

/** What came to a level since another one. */
export function grownSince(before: Level, now: Level): Level {
  return combine(now, isAnew(before, now) ? nothing : before, (a, b) => a - b)
}

/** Whoever counts has begun anew in between. */
export function isAnew(before: Level, now: Level): boolean {
  return now.requests < before.requests || now.errors < before.errors
}

export function sum(one: Level, other: Level): Level {
  return combine(one, other, (a, b) => a + b)
}

function combine(one: Level, other: Level, by: (a: number, b: number) => number): Level {
  const bounds = [...new Set([...one.buckets.keys(), ...other.buckets.keys()])].sort((a, b) => a - b)
  return {
    requests: by(one.requests, other.requests),
    errors: by(one.errors, other.errors),
    lost: by(one.lost, other.lost),
    cut: by(one.cut, other.cut),
    buckets: new Map(bounds.map(bound => [bound, by(one.buckets.get(bound) ?? 0, other.buckets.get(bound) ?? 0)])),
  }
}
