import type { KubernetesObject } from '#base/index.ts'
import { resourceName, type Resource } from './resource.ts'
import type { Predicate } from './selectors.ts'
import { expired } from './status.ts'
import type { StoredEvent } from './history.ts'
import type { Core } from './core.ts'

/** One line of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: unknown
}

export interface WatchOptions {
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly matches: Predicate | undefined
  /** Undefined or 0: begin with an ADDED for everything that is there. */
  readonly from: number | undefined
  readonly bookmarks: boolean
  readonly sendInitialEvents: boolean
  readonly timeoutSeconds: number | undefined
  readonly show: (object: KubernetesObject) => unknown
  /** What a bookmark carries besides its version. */
  readonly blank: { readonly apiVersion: string; readonly kind: string }
}

/** A running watch. */
export interface Watch {
  stop(): void
}

/** As on a real server: about once a minute. */
const bookmarkEvery = 60_000

/**
 * Delivers what happens to a resource, in order and never inside the caller's own turn.
 * `ended` is called once when the server ends it (timeout, version too old), not after `stop`.
 */
export function startWatch(core: Core, options: WatchOptions, deliver: (event: WatchEvent) => void, ended: () => void): Watch {
  const { store, clock } = core
  const timers = new Map<string, () => void>()
  let open = true
  let seen = store.version()
  let unsubscribe = (): void => undefined

  const stop = (): void => {
    open = false
    unsubscribe()
    for (const cancel of timers.values()) cancel()
  }
  const end = (last?: WatchEvent): void => {
    if (!open) return
    if (last) deliver(last)
    stop()
    ended()
  }
  const bookmark = (annotations?: Readonly<Record<string, string>>): WatchEvent => {
    const metadata = { resourceVersion: String(seen), ...(annotations ? { annotations } : {}) }
    return { type: 'BOOKMARK', object: { ...options.blank, metadata } }
  }
  const markAgain = (): void => {
    deliver(bookmark())
    timers.set('bookmark', clock.after(bookmarkEvery, markAgain))
  }

  if (options.from && options.from < store.oldest()) {
    const { status } = expired(`too old resource version: ${options.from} (${store.oldest()})`)
    queueMicrotask(() => end({ type: 'ERROR', object: status }))
    return { stop }
  }
  unsubscribe = store.subscribe(
    resourceName(options.resource),
    event => {
      seen = event.version
      const shown = translate(event, options)
      if (shown) deliver({ type: shown.type, object: options.show(shown.object) })
    },
    opening(core, options),
  )
  if (options.sendInitialEvents) queueMicrotask(() => open && deliver(bookmark({ 'k8s.io/initial-events-end': 'true' })))
  if (options.bookmarks) timers.set('bookmark', clock.after(bookmarkEvery, markAgain))
  const { timeoutSeconds } = options
  if (timeoutSeconds)
    timers.set(
      'end',
      clock.after(timeoutSeconds * 1000, () => end(options.bookmarks ? bookmark() : undefined)),
    )
  return { stop }
}

/** What is there, told as events. */
export function present({ store }: Core, resource: string): readonly StoredEvent[] {
  const version = store.version()
  return store.list(resource).map(object => ({ type: 'ADDED', resource, version, object, previous: undefined }))
}

/** What a watch begins with: the present objects, or the events after a version. */
function opening(core: Core, { resource, from, sendInitialEvents }: WatchOptions): readonly StoredEvent[] {
  const name = resourceName(resource)
  return from && !sendInitialEvents ? core.store.since(name, from) : present(core, name)
}

/** An event as one selector sees it: what begins to match is ADDED, what stops matching is DELETED. */
function translate(event: StoredEvent, { namespace, matches }: WatchOptions): Pick<StoredEvent, 'type' | 'object'> | undefined {
  const { type, object, previous } = event
  if (namespace !== undefined && object.metadata.namespace !== namespace) return undefined
  const chosen = (state: KubernetesObject): boolean => matches?.(state) ?? true
  const before = previous && chosen(previous) ? previous : undefined
  if (type !== 'DELETED' && chosen(object)) return { type: before ? 'MODIFIED' : 'ADDED', object }
  return before && { type: 'DELETED', object: { ...before, metadata: { ...before.metadata, resourceVersion: String(event.version) } } }
}
