import type { KubernetesObject } from '#base/index.ts'
import { lastWrittenByUs, type Drift } from '#model/drift/index.ts'
import { isAsFound, markOf, objectKey, type Observed, type Run } from '#model/release/index.ts'

/** The objects that carry the traffic as this run left them, and what was told of them already. */
export interface Ours {
  wrote(object: KubernetesObject): void
  removed(object: KubernetesObject): void
  /** Undefined where this process has not seen it as ours. */
  of(object: {
    readonly kind: string
    readonly metadata: { readonly name: string; readonly namespace?: string }
  }): KubernetesObject | undefined
  /** Whether it was not told yet of what we had left; from now on it was. What comes again after it was put right is news. */
  isNews(left: KubernetesObject, drift: Drift): boolean
}

/**
 * What stands under our mark and was written by us last is ours: a process that was killed knows it again. So is a route that is as the run
 * found it: some are not written before they are turned.
 */
export function newOurs({ routes, rule, canaryService, stable, canary }: Observed, run: Pick<Run, 'release' | 'snapshot'>): Ours {
  const { execution } = run.release
  const present = [...routes, rule, canaryService, stable, canary].flatMap(object => object ?? [])
  const marked = present.filter(object => markOf(object)?.execution === execution && lastWrittenByUs(object))
  const untouched = routes.filter(route => isAsFound(route, run))
  const objects = new Map([...untouched, ...marked].map(object => [objectKey(object), object]))
  const told = new WeakMap<KubernetesObject, Set<string>>()
  return {
    wrote: object => void objects.set(objectKey(object), object),
    removed: object => void objects.delete(objectKey(object)),
    of: object => objects.get(objectKey(object)),
    isNews: (left, { path, live, by }) => {
      const ofLeft = told.get(left) ?? new Set()
      const text = JSON.stringify([path, live, by])
      if (ofLeft.has(text)) return false
      told.set(left, ofLeft.add(text))
      return true
    },
  }
}
