// 1. A split is in force from its write until another one is everywhere: of the requests between two looks it is known only that they
//    were answered in between, so they are held against every split that was in force at any time of it.
// 2. A side without a share in all of them has answered wrongly, unless the request may have been sent while it still had one: how long
//    each took is in the histogram, so a part of them is certain, and the rest is called unsure.
// 3. What is not seen is said: a proxy that began anew, went away or did not tell makes all counts lower bounds.
import { grownSince, isAnew, nothing, sum, type Level } from '#delegate/verification/index.ts'
import type { CountedInterval, CountedSide } from '#protocol/index.ts'
import { byPlace, places, type ProxyLevels } from './proxy-levels.ts'
import { gives, sides, type Idle, type Side, type SideVersion, type Split } from './shares.ts'

/** One look at the proxies: what they tell was counted between the two times (milliseconds since 1970). */
export interface Look {
  readonly asked: number
  readonly answered: number
  /** By the pod's uid. */
  readonly proxies: ReadonlyMap<string, Proxy>
  /** Whoever should know says that nobody has counted anything yet. */
  readonly nobody?: boolean
}

export interface Proxy {
  readonly name: string
  /** When its pod was created. */
  readonly since: number
  /** Undefined where it did not tell. */
  readonly levels: ProxyLevels | undefined
  /** How many times its counters were seen to begin anew, where that is seen between looks too. */
  readonly life?: number
}

/** What was in force between two looks. */
export interface InForce {
  /** In the order in which they were seen; the last one still is. */
  readonly splits: readonly Split[]
  /** As it was at the first look. */
  readonly idle: Idle
}

/** What was counted between two looks. */
export function intervalBetween(from: Look, to: Look, { splits, idle }: InForce): CountedInterval {
  const grown = growthBetween(from, to)
  const last = splits.at(-1)
  const time = (at: number): string => new Date(at).toISOString()
  const side = (name: Side): CountedSide => {
    const { requests, errors, lost, cut } = grown[name]
    const isIdle = splits.length > 0 && splits.every(split => !gives(split, name))
    const times = { from: from.asked, to: to.answered, idle: idle[name] }
    const version = versionOf(name, splits)
    return { version, requests, errors: errors - lost, lost, cut, ...(isIdle ? wrongIn(grown[name], times) : { wrong: 0, unsure: 0 }) }
  }
  return {
    from: time(from.answered),
    to: time(to.answered),
    stable: last?.stable ?? 100,
    canary: last?.canary ?? 0,
    settled: splits.length <= 1,
    sides: { stable: side('stable'), canary: side('canary') },
    nowhere: grown.nowhere.lost,
    unnamed: grown.nowhere.requests - grown.nowhere.lost,
    unrouted: grown.unrouted.requests,
    unclustered: grown.unclustered.requests,
    missing: missingBetween(from, to),
  }
}

interface Times {
  readonly from: number
  readonly to: number
  readonly idle: number | undefined
}

/** Answers of a side without a share. Those that took less than it has been idle were sent too late for certain; what is lost was answered by nobody. */
function wrongIn(level: Level, { from, to, idle }: Times): Pick<CountedSide, 'wrong' | 'unsure'> {
  const answered = level.requests - level.lost
  if (idle === undefined) return { wrong: 0, unsure: answered }
  const wrong = Math.max(0, atLeastWithin(level, from - idle) - level.lost)
  return { wrong, unsure: Math.max(0, Math.min(answered, atMostWithin(level, to - idle)) - wrong) }
}

/** How many took no longer than so many milliseconds: as the bounds of the histogram tell, too few or right. */
function atLeastWithin({ buckets }: Level, milliseconds: number): number {
  const bound = [...buckets.keys()].findLast(each => each <= milliseconds)
  return bound === undefined ? 0 : (buckets.get(bound) ?? 0)
}

/** The same, too many or right. */
function atMostWithin({ buckets, requests }: Level, milliseconds: number): number {
  const bound = [...buckets.keys()].find(each => each >= milliseconds)
  return bound === undefined ? requests : (buckets.get(bound) ?? 0)
}

function growthBetween(from: Look, to: Look): ProxyLevels {
  const grown = [...to.proxies].flatMap(([uid, { levels, since, life }]) => {
    if (!levels) return []
    const known = from.proxies.get(uid)
    const before = known?.levels && known.life !== life ? none : (known?.levels ?? (isNew(since, from) ? none : levels))
    return [byPlace(place => grownSince(before[place], levels[place]))]
  })
  return grown.reduce((one, other) => byPlace(place => sum(one[place], other[place])), none)
}

/** Kubernetes tells the seconds alone in which a pod was created. */
const isNew = (since: number, { asked }: Look): boolean => since + 1000 > asked

function missingBetween(from: Look, to: Look): string[] {
  const gone = [...from.proxies].flatMap(([uid, { name }]) => (to.proxies.has(uid) ? [] : [`${name} went away`]))
  const present = [...to.proxies].flatMap(([uid, { name, levels, since, life }]) => {
    const before = from.proxies.get(uid)
    if (!levels) return [`${name} did not tell`]
    if (!before?.levels) return isNew(since, from) ? [] : [`${name} did not tell before`]
    const isOther = before.life !== life || places.some(place => isAnew(before.levels?.[place] ?? nothing, levels[place]))
    return isOther ? [`${name} began anew`] : []
  })
  return [...gone, ...present]
}

/** Who answered there: of the splits that gave the side something, or, where none did, of all. */
function versionOf(side: Side, splits: readonly Split[]): SideVersion {
  const giving = splits.filter(split => gives(split, side))
  const [first = 'either', ...others] = (giving.length > 0 ? giving : splits).map(split => split.versions[side])
  return others.every(each => each === first) ? first : 'either'
}

const none = byPlace(() => nothing)

/** One after the other under the same split, as one: long waits do not make long reports. */
export function joined(intervals: readonly CountedInterval[]): CountedInterval[] {
  return intervals.reduce<CountedInterval[]>((all, next) => {
    const last = all.at(-1)
    return last && mayJoin(last, next) ? [...all.slice(0, -1), join(last, next)] : [...all, next]
  }, [])
}

function mayJoin(one: CountedInterval, other: CountedInterval): boolean {
  const shares = ({ stable, canary, settled }: CountedInterval): string => JSON.stringify([stable, canary, settled])
  // Who would have answered matters only where somebody did.
  const sameVersion = (side: Side): boolean =>
    [one, other].some(each => each.sides[side].requests === 0) || one.sides[side].version === other.sides[side].version
  return (
    one.to === other.from && one.missing.length + other.missing.length === 0 && shares(one) === shares(other) && sides.every(sameVersion)
  )
}

function join(one: CountedInterval, other: CountedInterval): CountedInterval {
  const side = (name: Side): CountedSide => {
    const [a, b] = [one.sides[name], other.sides[name]]
    const { version } = a.requests > 0 ? a : b
    return {
      version,
      requests: a.requests + b.requests,
      errors: a.errors + b.errors,
      lost: a.lost + b.lost,
      cut: a.cut + b.cut,
      wrong: a.wrong + b.wrong,
      unsure: a.unsure + b.unsure,
    }
  }
  return {
    ...other,
    from: one.from,
    sides: { stable: side('stable'), canary: side('canary') },
    nowhere: one.nowhere + other.nowhere,
    unnamed: one.unnamed + other.unnamed,
    unrouted: one.unrouted + other.unrouted,
    unclustered: one.unclustered + other.unclustered,
  }
}
