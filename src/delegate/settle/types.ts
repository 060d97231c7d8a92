// How far one type of configuration has come at one proxy. `has` rises in three ways, each sound by itself:
// 1. An acknowledged push that started after a time holds everything that istiod had read by then.
// 2. Endpoints are read from the index when they are sent: an acknowledged answer that was sent after a time holds them as of then
//    (up to Istio 1.29 pushes of endpoints alone reuse the last push's number, so 1 is not enough).
// 3. What istiod read one bound ago has been sent; so when nothing is under way, the proxy has it.
import type { Exchange, XdsType } from './istiod-pages.ts'
import { pushOf, startedAfter, type PushClock } from './push-clock.ts'

export interface TypeState extends Exchange {
  /** The nonce that was sent last was sent after this time. */
  readonly sentAfter: number
  readonly has: number
}

/** What one look tells about time. */
export interface LookTimes {
  readonly clock: PushClock
  readonly asked: number
  /** A nonce that this look shows for the first time had not been sent at this time. */
  readonly notSentAt: number
  readonly bound: number
}

/** Between reading endpoints and the moment that istiod notes the answer as sent (milliseconds); a few are usual, large meshes need more. */
const sendingGap = 30

/** The next state of a type; `before` is undefined for a connection that is new or cannot be compared. */
export function exchanged(type: XdsType, before: TypeState | undefined, now: Exchange, times: LookTimes): TypeState {
  const sentAfter = before !== undefined && before.sent === now.sent ? before.sentAfter : times.notSentAt
  const proofs = [
    before?.has ?? -Infinity,
    byNumber(now, times.clock),
    type === 'endpoint' ? acknowledgedAfter(before, now, sentAfter) - sendingGap : -Infinity,
    now.sent === now.acked ? times.asked - times.bound : -Infinity,
  ]
  return { ...now, sentAfter, has: Math.max(...proofs) }
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
