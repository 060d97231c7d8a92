import type { Clock, KubernetesObject } from '#base/index.ts'
import type { ObjectEvent, ObjectStore } from '#sandbox/api-server/index.ts'
import { keyOf, watched, type WatchedKind } from './resources.ts'

/** One change as an istiod reads it. */
export interface ConfigChange {
  readonly kind: WatchedKind
  readonly type: ObjectEvent['type']
  readonly object: KubernetesObject
  readonly previous: KubernetesObject | undefined
}

type Table = ReadonlyMap<string, KubernetesObject>

/** What an istiod has read so far, kind by kind. */
export interface ConfigReader {
  table(kind: WatchedKind): Table
  /** Whether everything has been read that was there when it began. */
  isSynced(): boolean
  stop(): void
}

/** From where an istiod reads, which namespaces, and how late. */
export interface ReadOptions {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly delay: () => number
  readonly reads: (namespace: string) => boolean
}

/** Reads everything an istiod watches: each change `delay` milliseconds after it is stored, changes of one kind in their order. */
export function readConfig({ store, clock, delay, reads }: ReadOptions, changed: (change: ConfigChange) => void): ConfigReader {
  const kinds = Object.keys(watched) as WatchedKind[]
  const tables = new Map(kinds.map(kind => [kind, new Map<string, KubernetesObject>()]))
  const present = kinds.reduce((sum, kind) => sum + store.list(watched[kind]).length, 0)
  let taken = 0
  const stops = kinds.map(kind => {
    const table = tables.get(kind) ?? new Map<string, KubernetesObject>()
    return store.subscribe(
      watched[kind],
      inOrder(clock, delay, event => {
        taken++
        const { namespace } = event.object.metadata
        if (namespace === undefined || reads(namespace)) changed(take(kind, table, event))
      }),
    )
  })
  return {
    table: kind => tables.get(kind) ?? new Map(),
    isSynced: () => taken >= present,
    stop: () => stops.forEach(stop => stop()),
  }
}

function take(kind: WatchedKind, table: Map<string, KubernetesObject>, { type, object }: ObjectEvent): ConfigChange {
  const key = keyOf(object)
  const previous = table.get(key)
  if (type === 'DELETED') table.delete(key)
  else table.set(key, object)
  return { kind, type, object, previous }
}

/** Delays events, each by its own time, and never lets one overtake another. */
export function inOrder<Event>(clock: Clock, delay: (event: Event) => number, arrive: (event: Event) => void): (event: Event) => void {
  const queue: { readonly due: number; readonly event: Event }[] = []
  let last = 0
  // A timer of the machine may fire a little early: what is not due yet is waited for again.
  const drain = (): void => {
    while (queue[0] && queue[0].due <= clock.now()) {
      const first = queue.shift()
      if (first) arrive(first.event)
    }
    if (queue[0]) clock.after(queue[0].due - clock.now(), drain)
  }
  return event => {
    last = Math.max(last, clock.now() + delay(event))
    if (queue.push({ due: last, event }) === 1) clock.after(last - clock.now(), drain)
  }
}
