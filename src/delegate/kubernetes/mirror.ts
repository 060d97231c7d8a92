import { Failure, type FailureRecord, type KubernetesObject } from '#base/index.ts'
import { follow, type Change } from './follow.ts'
import type { Collection, Objects } from './objects.ts'
import type { Surroundings } from './requests.ts'

/** A collection as it is now, kept by one watch. What we have just written may be a moment missing: compare resourceVersions. */
export interface Mirror {
  readonly collection: Collection
  /** The very same list until something changes. */
  objects(): readonly KubernetesObject[]
  /** How far into the collection's history that is: the resourceVersion of the last list or event. */
  version(): string
  /** Since when the cluster has not answered and why; undefined while it does. */
  interrupted(): FailureRecord | undefined
  /** Calls `listener` after every change, until the returned function is called. */
  onChange(listener: () => void): () => void
  close(): void
}

/**
 * Opens a mirror: resolves when the collection has been listed once, fails when it cannot be. Later failures that are not the world's
 * (a right that was taken away) end the mirror and go to `onFailure`.
 */
export async function openMirror(
  objects: Objects,
  collection: Collection,
  surroundings: Surroundings,
  onFailure: (error: unknown) => void,
  signal?: AbortSignal,
): Promise<Mirror> {
  const known = new Map<string, KubernetesObject>()
  const listeners = new Set<() => void>()
  const closing = new AbortController()
  let interrupted: FailureRecord | undefined
  let present: readonly KubernetesObject[] = []
  let version = ''

  const take = (change: Change): void => {
    interrupted = change.is === 'interrupted' ? change.failure : undefined
    if (change.is === 'listed') known.clear()
    if (change.is === 'listed') for (const object of change.objects) known.set(keyOf(object), object)
    if (change.is === 'put') known.set(keyOf(change.object), change.object)
    if (change.is === 'gone') known.delete(keyOf(change.object))
    if (change.is !== 'interrupted') present = [...known.values()]
    version = versionOf(change) ?? version
    for (const listener of listeners) listener()
  }

  const changes = follow(objects, collection, surroundings, signal ? AbortSignal.any([signal, closing.signal]) : closing.signal)
  const first = await changes.next()
  signal?.throwIfAborted()
  if (first.value?.is === 'interrupted') {
    closing.abort()
    throw new Failure(first.value.failure)
  }
  if (first.value) take(first.value)
  const keep = async (): Promise<void> => {
    for await (const change of changes) take(change)
  }
  keep().catch(onFailure)

  return {
    collection,
    objects: () => present,
    version: () => version,
    interrupted: () => interrupted,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => closing.abort(),
  }
}

function versionOf(change: Change): string | undefined {
  if (change.is === 'interrupted') return undefined
  return change.is === 'listed' ? change.version : change.object.metadata.resourceVersion
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}
