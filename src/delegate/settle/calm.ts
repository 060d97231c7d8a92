// Has an istiod sent what it has read? It counts every change that asks for a push (`pilot_inbound_updates`), and pushes once changes have
// ceased for its debounce. So where the count stood still for that long, and for the room that making and queueing a push needs, everything
// that it had read by then is sent: where an answer comes too late to tell when a push began, this tells it, long before the debounce maximum.
import type { Timed } from './push-clock.ts'

/** How many changes one process of an istiod has taken, and how long that has been so (by our clock, milliseconds). */
export interface Calm {
  readonly updates: number
  readonly process: number | undefined
  /** The first answer with this count was there at this time: what it counts had come before. */
  readonly since: number
  /** The last answer with this count was asked for at this time: nothing had come since. */
  readonly until: number
}

/** What the metrics say of it; undefined where this istiod does not count its updates. */
export interface Updates {
  readonly updates: number | undefined
  readonly process: number | undefined
}

/** Takes an answer of the metrics. */
export function calmAfter(before: Calm | undefined, { asked, answered, value }: Timed<Updates>): Calm | undefined {
  const { updates, process } = value
  if (updates === undefined) return undefined
  const same = before?.updates === updates && before.process === process
  return { updates, process, since: same ? before.since : answered, until: asked }
}

/** Everything that istiod had read by this time was sent before it was asked, at `asked`, what it has sent; -Infinity while changes come. */
export function sentAsOf(calm: Calm | undefined, asked: number, needed: number): number {
  const asOf = Math.min(asked, calm?.until ?? -Infinity)
  return calm && asOf - calm.since >= needed ? asOf : -Infinity
}
