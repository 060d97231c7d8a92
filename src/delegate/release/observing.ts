import type { KubernetesObject } from '#base/index.ts'
import { openMirror, refOf, type Collection, type Mirror, type Objects, type Surroundings } from '#delegate/kubernetes/index.ts'
import type { Observed } from '#model/release/index.ts'
import type { Overlay } from './overlay.ts'

/** The objects of one release, as they are now: kept by watches where they move by themselves, by our own writes where only we write. */
export interface Observer {
  /** The very same until something changes. */
  current(): Observed
  wrote(object: KubernetesObject): void
  removed(object: KubernetesObject): void
  /** Reads one object anew, after a write found it changed. */
  refresh(object: KubernetesObject, signal: AbortSignal): Promise<void>
  /** Calls `listener` after every change, until the returned function is called. */
  onChange(listener: () => void): () => void
  close(): void
}

/** Opens what `open` asks for; where one fails, those that are open already end with it. */
export async function openTogether<T>(
  objects: Objects,
  surroundings: Surroundings,
  onFailure: (error: unknown) => void,
  opening: (open: (collection: Collection) => Promise<Mirror>) => Promise<T>,
): Promise<T> {
  const failed = new AbortController()
  try {
    return await opening(collection => openMirror(objects, collection, surroundings, onFailure, failed.signal))
  } catch (error) {
    failed.abort(error)
    throw error
  }
}

/** What is shown of a release, and how an object that we have written or removed (`put` is undefined then) is kept until it is read again. */
interface Shown {
  readonly overlay: Overlay
  keep(object: KubernetesObject, put: KubernetesObject | undefined): void
  current(): Observed
}

/** The observer over these mirrors: our own writes are shown at once, and it ends with all of them. */
export function observing(objects: Objects, mirrors: readonly Mirror[], { overlay, keep, current }: Shown): Observer {
  const listeners = new Set<() => void>()
  let [present, last]: (Observed | undefined)[] = []
  const told = (): void => {
    present = undefined
    for (const listener of listeners) listener()
  }
  const stops = mirrors.map(mirror => mirror.onChange(told))
  return {
    current: () => (present ??= last = withSameParts(current(), last)),
    wrote(object) {
      overlay.wrote(object)
      keep(object, object)
      present = undefined
    },
    removed(object) {
      overlay.removed(object)
      keep(object, undefined)
      present = undefined
    },
    async refresh(object, signal) {
      const read = await objects.get(refOf(object), signal)
      if (read) this.wrote(read)
      else this.removed(object)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      for (const stop of stops) stop()
      for (const mirror of mirrors) mirror.close()
    },
  }
}

/** With parts of the last state where they hold the very same objects: whoever looks sees at once what has not changed. */
function withSameParts(next: Observed, last: Observed | undefined): Observed {
  if (!last) return next
  const [routes, leases, others] = [kept(last.routes, next.routes), kept(last.leases, next.leases), kept(last.others, next.others)]
  return { ...next, routes, leases, others }
}

/** The last of two lists, or maps, of objects where the next one is the same. */
function kept<T extends object>(last: T, next: T): T {
  const [was, is] = [Object.entries(last), Object.entries(next)]
  const same = was.length === is.length && is.every(([key, value], index) => was[index]?.[0] === key && was[index]?.[1] === value)
  return same ? last : next
}
