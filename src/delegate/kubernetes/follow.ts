import { Failure, sleep, type FailureRecord, type KubernetesObject } from '#base/index.ts'
import { backoff } from './backoff.ts'
import type { WatchEvent } from './cluster.ts'
import type { Collection, Objects } from './objects.ts'
import { withQuery } from './reading.ts'
import type { Surroundings } from './requests.ts'
import { failureOf } from './status.ts'

/** One step of a collection's history. */
export type Change =
  /** All there is now: forget what was known before. First of all, and again when the server has forgotten our place. */
  | { readonly is: 'listed'; readonly objects: readonly KubernetesObject[]; readonly version: string }
  | { readonly is: 'put'; readonly object: KubernetesObject }
  | { readonly is: 'gone'; readonly object: KubernetesObject }
  /** The cluster does not answer; what is known may be old. Told once per interruption; the next change says that it is over. */
  | { readonly is: 'interrupted'; readonly failure: FailureRecord }

/** First and longest wait between tries to get back (milliseconds). */
const delays = { first: 200, most: 30_000 }

/** A watch asks the server to end it after 5 to 10 minutes, as client-go does: so that connections move to new servers. */
const watchSeconds = { least: 300, more: 300 }

/** A watch that the server should have ended this long ago (milliseconds) hangs on a dead connection. */
const grace = 30_000

/** A watch that ends sooner than this (milliseconds) counts as a failed try, so that a broken proxy cannot make us spin. */
const shortest = 1000

/**
 * Follows a collection until the signal is aborted: list, then watch from there, resumed where it broke off, listed anew only when the
 * server has forgotten that place (410). No polling. Throws a failure that is not the world's (a missing right).
 */
export async function* follow(
  objects: Objects,
  collection: Collection,
  surroundings: Surroundings,
  signal?: AbortSignal,
): AsyncGenerator<Change, void, undefined> {
  const delay = backoff(delays, surroundings.random)
  const place: Place = { version: '' }
  let told = false
  while (!signal?.aborted) {
    const opened = surroundings.clock.now()
    try {
      for await (const change of followOnce(objects, collection, place, surroundings, signal)) {
        told = false
        delay.reset()
        yield change
      }
      if (surroundings.clock.now() - opened >= shortest) continue
    } catch (error) {
      if (signal?.aborted) return
      if (!(error instanceof Failure) || error.blame !== 'world') throw error
      if (!told) yield { is: 'interrupted', failure: error.record() }
      told = true
    }
    await sleep(surroundings.clock, delay.next(), signal).catch(() => undefined)
  }
}

/** Where we are in the collection's history; no version: nowhere. */
interface Place {
  version: string
}

/** From our place to the end of one watch. */
async function* followOnce(
  objects: Objects,
  collection: Collection,
  place: Place,
  surroundings: Surroundings,
  signal?: AbortSignal,
): AsyncGenerator<Change, void, undefined> {
  if (place.version === '') {
    const { items, resourceVersion } = await objects.list(collection, signal)
    place.version = resourceVersion
    yield { is: 'listed', objects: items, version: resourceVersion }
  }
  const seconds = watchSeconds.least + Math.floor(surroundings.random() * watchSeconds.more)
  const hanging = new AbortController()
  const cancel = surroundings.clock.after(seconds * 1000 + grace, () => hanging.abort())
  try {
    const parameters = { watch: 'true', resourceVersion: place.version, allowWatchBookmarks: 'true', timeoutSeconds: String(seconds) }
    const path = withQuery(await objects.path(collection, signal), parameters)
    const ends = signal ? AbortSignal.any([signal, hanging.signal]) : hanging.signal
    for await (const event of objects.cluster.watch(path, ends)) {
      if (event.type === 'ERROR') return lostPlace(event, place, objects, collection)
      place.version = event.object.metadata.resourceVersion ?? place.version
      if (event.type !== 'BOOKMARK') yield { is: event.type === 'DELETED' ? 'gone' : 'put', object: event.object }
    }
  } finally {
    cancel()
  }
}

/** 410: the server has forgotten our place, so the next round lists. Any other error is a failure. */
function lostPlace(event: WatchEvent, place: Place, objects: Objects, { kind, namespace }: Collection): void {
  const status = event.object as unknown as { readonly code?: number }
  if (status.code === 410) {
    place.version = ''
    return
  }
  const request = { verb: 'watch', about: `${kind} objects`, resource: kind, namespace: namespace ?? '', cluster: objects.cluster.name }
  throw failureOf({ status: status.code ?? 500, body: event.object, warnings: [] }, request)
}
