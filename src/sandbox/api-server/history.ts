import type { KubernetesObject } from '#base/index.ts'

/** A change of one object; `previous` is what was stored before it. */
export interface StoredEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly resource: string
  readonly version: number
  /** The new state; of a DELETED the last state, with the version of the deletion. */
  readonly object: KubernetesObject
  readonly previous: KubernetesObject | undefined
}

/** The last events of all resources, in rising order of their versions. */
export interface History {
  /** The oldest version from which everything that followed is known. */
  oldest(): number
  add(event: StoredEvent): void
  since(resource: string, version: number): readonly StoredEvent[]
}

/** Keeps between `limit` and twice `limit` events, so that forgetting costs little. */
export function createHistory(limit: number, start: number): History {
  let events: StoredEvent[] = []
  let oldest = start
  return {
    oldest: () => oldest,
    add(event) {
      events.push(event)
      if (events.length < limit * 2) return
      oldest = events[limit - 1]?.version ?? oldest
      events = events.slice(limit)
    },
    since: (resource, version) => events.slice(firstAfter(events, version)).filter(event => event.resource === resource),
  }
}

/** The place of the first event after `version`. */
function firstAfter(events: readonly StoredEvent[], version: number): number {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((events[middle]?.version ?? 0) <= version) low = middle + 1
    else high = middle
  }
  return low
}
