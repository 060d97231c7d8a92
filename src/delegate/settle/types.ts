// How far one type of configuration has come at one proxy, as lower bounds that only rise while its connection lasts.
// 1. `pushed`: an acknowledged push that started after a time holds everything that istiod had read by then.
// 2. `has`: as `pushed`; and what istiod read one bound ago has been sent, so when nothing is under way, the proxy has it. Where nothing
//    was ever sent on a connection, that takes a whole bound of this connection: the proxy may not have asked yet.
//    While no change comes to istiod it takes no bound (calm.ts); but what was sent must have been shown no longer before a change was
//    seen than a push takes: an istiod may show a route and lag behind with counting it. Endpoints are counted as they come into the index.
// 3. `listsAsOf`: endpoints are read from the index when they are sent, so an acknowledged answer holds them as of then. Up to Istio 1.29
//    pushes of endpoints alone reuse the last push's number, so the number does not tell. It says nothing of clusters: an answer with
//    endpoints may have been made before a new cluster was.
import type { Exchange } from './istiod-pages.ts'
import { pushOf, startedAfter, type PushClock } from './push-clock.ts'

export interface TypeState extends Exchange {
  /** The nonce that was sent last was sent after this time. */
  readonly sentAfter: number
  /** When it was first shown. */
  readonly shown: number
  readonly pushed: number
  readonly has: number
  /** Of type `endpoint`: the addresses are at least as new as this. */
  readonly listsAsOf: number
}

/** What one look tells about time. */
export interface LookTimes {
  readonly clock: PushClock
  readonly asked: number
  readonly answered: number
  /** What istiod had read by this time was sent when it was asked. */
  readonly calmAsOf: number
  /** See TrackerTerms. */
  readonly calm: number
  /** A nonce that this look shows for the first time had not been sent at this time. */
  readonly notSentAt: number
  readonly bound: number
  /** Since when the proxy has been seen on its present connection. */
  readonly since: number
}

/** Between reading endpoints and the moment that istiod notes the answer as sent (milliseconds); a few are usual, large meshes need more. */
export const sendingGap = 30

/** The next state of a type; `before` is undefined for a connection that is new or cannot be compared. */
export function exchanged(before: TypeState | undefined, now: Exchange, times: LookTimes): TypeState {
  const same = before !== undefined && before.sent === now.sent
  const [sentAfter, shown] = same ? [before.sentAfter, before.shown] : [times.notSentAt, times.answered]
  const pushed = Math.max(before?.pushed ?? -Infinity, byNumber(now, times.clock))
  const calm = inCalm(now, times)
  const has = Math.max(before?.has ?? -Infinity, pushed, inQuiet(now, times), Math.min(calm, shown + times.calm))
  const listsAsOf = Math.max(before?.listsAsOf ?? -Infinity, has, calm, acknowledgedAfter(before, now, sentAfter) - sendingGap)
  const { sent, acked, lastError } = now
  return { sent, acked, lastError, sentAfter, shown, pushed, has, listsAsOf }
}

function inQuiet({ sent, acked }: Exchange, { asked, bound, since }: LookTimes): number {
  if (sent !== acked) return -Infinity
  return sent !== undefined || asked - bound >= since ? asked - bound : -Infinity
}

function inCalm({ sent, acked }: Exchange, { asked, calmAsOf, calm, since }: LookTimes): number {
  return sent !== undefined && sent === acked && asked - calm >= since ? calmAsOf : -Infinity
}

function byNumber({ acked }: Exchange, clock: PushClock): number {
  const push = pushOf(acked)
  return push ? startedAfter(clock, push.number) : -Infinity
}

/** A time after which the acknowledged answer was sent. */
function acknowledgedAfter(before: TypeState | undefined, { sent, acked }: Exchange, sentAfter: number): number {
  if (acked === undefined) return -Infinity
  if (acked === sent) return sentAfter
  return acked === before?.sent ? before.sentAfter : -Infinity
}
