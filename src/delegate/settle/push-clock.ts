// When did a push of an istiod start? Everything here is a lower bound: a push started after that time, by our clock (milliseconds).
// 1. With istiod's metrics: the count of push contexts is the number of the last push, its sum the time that making them took. A push
//    that the former answer did not count yet was finished after that answer was asked for, so it started after that time less its duration.
// 2. Without: pushes follow one another, so a push whose last but one predecessor was not seen yet started after that look.
// 3. Numbers begin anew with an istiod's process; then nothing that was known holds.

/** What `pilot_pushcontext_init_seconds` says, and of which process: `process_start_time_seconds`, where it is told. */
export interface PushCount {
  readonly count: number
  readonly seconds: number
  readonly process: number | undefined
}

/** A value and when it was asked for and answered, by our clock. */
export interface Timed<T> {
  readonly asked: number
  readonly answered: number
  readonly value: T
}

/** A push as a nonce names it: `2026-11-26T12:00:00Z/21` and a random id. */
export interface PushName {
  readonly number: number
  /** Whole seconds, as text. */
  readonly second: string
}

/** Pushes that were finished between two answers of the metrics. */
interface Known {
  readonly first: number
  readonly last: number
  readonly startedAfter: number
}

export interface PushClock {
  readonly counted: (PushCount & { readonly asked: number }) | undefined
  readonly known: readonly Known[]
  /** Greatest number seen in nonces, and when it was last the greatest. */
  readonly seen: readonly { readonly number: number; readonly asked: number }[]
  readonly latest: PushName | undefined
  /** False once the metrics contradicted the nonces. */
  readonly trusted: boolean
}

export const newPushClock: PushClock = { counted: undefined, known: [], seen: [], latest: undefined, trusted: true }

/** Entries kept: older pushes than these are older than anything that is waited for. */
const kept = 50

/** The length of the random id at a nonce's end. */
const idLength = 36

/** Reads a nonce; undefined for one that does not name its push (Istio 1.10 and older). */
export function pushOf(nonce: string | undefined): PushName | undefined {
  const named = /^(\d{4}-\d\d-\d\dT[\d:]+Z)\/(\d+)$/.exec((nonce ?? '').slice(0, -idLength))
  return named ? { second: named[1] ?? '', number: Number(named[2]) } : undefined
}

/** Takes an answer of the metrics. `restarted`: the numbers began anew. */
export function countPushes(
  clock: PushClock,
  { asked, value }: Timed<PushCount>,
): { readonly clock: PushClock; readonly restarted: boolean } {
  const before = clock.counted
  const counted = { ...value, asked }
  if (!before) return { clock: { ...clock, counted }, restarted: false }
  if (isOfAnother(before, value)) return { clock: { ...newPushClock, counted }, restarted: true }
  if (value.count === before.count) return { clock: { ...clock, counted }, restarted: false }
  const took = (value.seconds - before.seconds) * 1000
  const known = [...clock.known, { first: before.count + 1, last: value.count, startedAfter: before.asked - took }].slice(-kept)
  return { clock: { ...clock, counted, known }, restarted: false }
}

/** One process never counts backwards, nor takes time without counting. */
function isOfAnother(before: PushCount, now: PushCount): boolean {
  if (before.process !== now.process) return true
  return now.count < before.count || now.seconds < before.seconds || (now.count === before.count && now.seconds !== before.seconds)
}

/** Takes the pushes that one answer of syncz names. */
export function seePushes(
  clock: PushClock,
  { asked, answered, value }: Timed<readonly PushName[]>,
): { readonly clock: PushClock; readonly restarted: boolean } {
  const last = value.reduce<PushName | undefined>((most, push) => (most && most.number >= push.number ? most : push), clock.latest)
  if (value.some(push => isOfNewProcess(push, clock.latest)))
    return { ...seePushes(newPushClock, { asked, answered, value }), restarted: true }
  const number = last?.number ?? 0
  const seen = [...clock.seen.filter(entry => entry.number !== number), { number, asked }].slice(-kept)
  const contradicted = clock.counted !== undefined && clock.counted.asked >= answered && clock.counted.count < number
  return { clock: { ...clock, seen, latest: last, trusted: clock.trusted && !contradicted }, restarted: false }
}

/** Within one process a lower number never has a later second. */
function isOfNewProcess(push: PushName, latest: PushName | undefined): boolean {
  return latest !== undefined && push.number <= latest.number && push.second > latest.second
}

/** A time after which this push started; -Infinity where nothing is known of it, or not yet. */
export function startedAfter(clock: PushClock, number: number): number {
  if (clock.counted && clock.trusted)
    return clock.known.find(({ first, last }) => first <= number && number <= last)?.startedAfter ?? -Infinity
  return Math.max(-Infinity, ...clock.seen.filter(entry => entry.number <= number - 2).map(entry => entry.asked))
}
