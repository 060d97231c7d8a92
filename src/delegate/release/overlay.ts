import type { KubernetesObject } from '#base/index.ts'
import type { Mirror } from '#delegate/kubernetes/index.ts'
import { objectKey } from '#model/release/index.ts'

/**
 * What we have just written, until the watch has shown it: a loop that decided on the state before its own write would write it again.
 * A deleted object is hidden until the watch says that it is gone.
 */
export interface Overlay {
  wrote(object: KubernetesObject): void
  removed(object: KubernetesObject): void
  /** The newer of what the watch shows, of which there is one or none, and what was written. */
  over(watch: Pick<Mirror, 'objects' | 'version'>, key: string): KubernetesObject | undefined
}

export function newOverlay(): Overlay {
  const written = new Map<string, KubernetesObject>()
  const removed = new Map<string, string | undefined>()
  return {
    wrote(object) {
      removed.delete(objectKey(object))
      written.set(objectKey(object), object)
    },
    removed(object) {
      written.delete(objectKey(object))
      removed.set(objectKey(object), object.metadata.uid)
    },
    over(watch, key) {
      const [shown] = watch.objects()
      const own = written.get(key)
      if (own && isNewer(own, shown, watch.version())) return own
      written.delete(key)
      if (shown && removed.has(key) && removed.get(key) === shown.metadata.uid) return undefined
      return shown
    },
  }
}

/**
 * Versions of one kind may be compared as whole numbers (Kubernetes 1.35 says so; older servers do the same). What a watch that is past our write
 * does not show, somebody has deleted since.
 */
function isNewer(own: KubernetesObject, shown: KubernetesObject | undefined, seen: string): boolean {
  if (!shown) return BigInt(own.metadata.resourceVersion ?? '0') > BigInt(seen || '0')
  if (own.metadata.uid !== shown.metadata.uid)
    return Date.parse(own.metadata.creationTimestamp ?? '') >= Date.parse(shown.metadata.creationTimestamp ?? '')
  return BigInt(own.metadata.resourceVersion ?? '0') > BigInt(shown.metadata.resourceVersion ?? '0')
}
