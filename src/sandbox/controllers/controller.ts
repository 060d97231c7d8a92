// 1. A controller is level-triggered: `reconcile` looks at what is, and may be called at any time, any number of times.
// 2. One key is never reconciled twice at once; a key that changes meanwhile is looked at again.
import type { Clock, Random } from '#base/index.ts'
import type { ObjectEvent } from '#sandbox/api-server/index.ts'
import type { Objects } from './objects.ts'

/** What a controller works with. */
export interface ControllerWorld {
  readonly objects: Objects
  readonly clock: Clock
  readonly random: Random
}

/** One controller: which changes concern which keys, and what is done about a key. */
export interface Controller {
  readonly name: string
  /** Resource → the keys that a change of one of its objects concerns. */
  readonly watches: Readonly<Record<string, (change: ObjectEvent) => readonly string[]>>
  /** Looks at the key and moves one step nearer to what is wanted; answers after how many milliseconds to look again, if at all. */
  reconcile(key: string): number | undefined | void
  /** Milliseconds between a change and the look at it. */
  readonly delay: () => number
}

/** Starts a controller. The returned function stops it. */
export function runController({ objects, clock }: Pick<ControllerWorld, 'objects' | 'clock'>, controller: Controller): () => void {
  const due = new Map<string, { readonly at: number; readonly cancel: () => void }>()
  let stopped = false

  const look = (key: string): void => {
    due.delete(key)
    if (stopped) return
    const again = reconcile(key)
    if (again !== undefined) schedule(key, again)
  }
  const reconcile = (key: string): number | undefined => {
    try {
      return controller.reconcile(key) ?? undefined
    } catch (error) {
      if (isRefusal(error)) return retryAfter
      throw error
    }
  }
  const schedule = (key: string, delay: number): void => {
    if (stopped) return
    const at = clock.now() + delay
    const waiting = due.get(key)
    if (waiting && waiting.at <= at) return
    waiting?.cancel()
    due.set(key, { at, cancel: clock.after(delay, () => look(key)) })
  }

  const ends = Object.entries(controller.watches).map(([resource, keys]) => {
    return objects.subscribe(resource, change => keys(change).forEach(key => schedule(key, controller.delay())))
  })
  return () => {
    stopped = true
    ends.forEach(end => end())
    due.forEach(({ cancel }) => cancel())
  }
}

/** Namespace and name in a key `namespace/name`. */
export function namesIn(key: string): { readonly namespace: string; readonly name: string } {
  const [namespace = '', name = ''] = key.split('/')
  return { namespace, name }
}

/** Milliseconds before a refused write is tried again: longer than the change that got in between takes to arrive. */
const retryAfter = 50

/** A refusal of the API server (a conflict, a namespace that goes away) is the world's news, not a bug. */
function isRefusal(error: unknown): boolean {
  return typeof (error as { readonly code?: unknown }).code === 'number'
}
