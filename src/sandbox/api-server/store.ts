import type { KubernetesObject } from '#base/index.ts'
import { createHistory, type StoredEvent } from './history.ts'
import { createOutbox } from './outbox.ts'

/**
 * What is stored, and the recent history of it.
 * 1. Objects are never changed in place: a write puts another object in the place of the old one, so readers keep what they have.
 * 2. Every write raises the one version counter; the history holds the last writes of all resources in that order.
 * 3. Listeners hear of writes in order, later (in a microtask), never inside the write.
 */
export interface Store {
  /** The version of the last write. */
  version(): number
  /** The oldest version from which the history is whole. */
  oldest(): number
  get(resource: string, namespace: string, name: string): KubernetesObject | undefined
  /** Sorted by namespace, then name. Without `namespace`: of all. */
  list(resource: string, namespace?: string): readonly KubernetesObject[]
  /** As `list`, as it was at an older version that the history still reaches. */
  listAt(resource: string, version: number, namespace?: string): readonly KubernetesObject[]
  /** Stores the object under the next version, and returns it as stored. */
  put(resource: string, object: KubernetesObject): KubernetesObject
  /** Returns the last state, with the version of the deletion. */
  remove(resource: string, object: KubernetesObject): KubernetesObject
  /** The events of a resource after `version`. */
  since(resource: string, version: number): readonly StoredEvent[]
  /** Hears of `opening`, then of every later event of the resource. The returned function ends it at once. */
  subscribe(resource: string, listener: (event: StoredEvent) => void, opening?: readonly StoredEvent[]): () => void
}

/** History kept, in events: far more than one controller misses in a test, little memory because states share structure. */
const defaultHistory = 10_000

/** The first version handed out is one above this, so that version 1 is always too old, as on a real cluster. */
const firstVersion = 100

const keyOf = ({ metadata }: KubernetesObject): string => `${metadata.namespace ?? ''}/${metadata.name}`

const withVersion = (object: KubernetesObject, version: number): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: String(version) },
})

/** The rows of one resource, and their keys in order. */
interface Table {
  readonly rows: Map<string, KubernetesObject>
  keys: readonly string[] | undefined
}

export function createStore(options: { readonly history?: number } = {}): Store {
  const history = createHistory(options.history ?? defaultHistory, firstVersion)
  const outbox = createOutbox()
  const tables = new Map<string, Table>()
  let version = firstVersion

  const table = (resource: string): Table => {
    const present = tables.get(resource) ?? { rows: new Map(), keys: undefined }
    tables.set(resource, present)
    return present
  }
  const record = (event: StoredEvent): void => {
    history.add(event)
    outbox.send(event)
  }

  return {
    version: () => version,
    oldest: history.oldest,
    since: history.since,
    get: (resource, namespace, name) => tables.get(resource)?.rows.get(`${namespace}/${name}`),
    list(resource, namespace) {
      const here = table(resource)
      here.keys ??= [...here.rows.keys()].toSorted()
      return pick(here.rows, here.keys, namespace)
    },
    listAt(resource, at, namespace) {
      const rows = rewind(table(resource).rows, history.since(resource, at))
      return pick(rows, [...rows.keys()].toSorted(), namespace)
    },
    put(resource, given) {
      const here = table(resource)
      const key = keyOf(given)
      const previous = here.rows.get(key)
      const object = withVersion(given, ++version)
      here.rows.set(key, object)
      if (!previous) here.keys = undefined
      record({ type: previous ? 'MODIFIED' : 'ADDED', resource, version, object, previous })
      return object
    },
    remove(resource, previous) {
      const here = table(resource)
      here.rows.delete(keyOf(previous))
      here.keys = undefined
      const object = withVersion(previous, ++version)
      record({ type: 'DELETED', resource, version, object, previous })
      return object
    },
    subscribe: (resource, listener, opening = []) => outbox.subscribe(resource, listener, opening),
  }
}

type Rows = ReadonlyMap<string, KubernetesObject>

function pick(rows: Rows, keys: readonly string[], namespace: string | undefined): readonly KubernetesObject[] {
  const prefix = namespace === undefined ? '' : `${namespace}/`
  const found: KubernetesObject[] = []
  for (const key of keys) {
    const row = key.startsWith(prefix) ? rows.get(key) : undefined
    if (row) found.push(row)
  }
  return found
}

/** Takes back, in a copy, what happened. */
function rewind(rows: Rows, events: readonly StoredEvent[]): Rows {
  const copy = new Map(rows)
  for (const event of events.toReversed()) {
    if (event.previous) copy.set(keyOf(event.object), event.previous)
    else copy.delete(keyOf(event.object))
  }
  return copy
}
