import type { Clock } from '#base/index.ts'

/** Milliseconds. A push starts after `after` of quiet; when changes keep coming, at the first look after `max`. */
export interface DebounceOptions {
  readonly after: number
  readonly max: number
}

/** Collects changes and starts one push at a time. */
export interface Debounce<Change> {
  add(change: Change): void
  /** Forgets what is waiting; later changes start nothing. */
  close(): void
}

/**
 * istiod's debounce, with its habit of looking again only when the quiet time could be over: so the bound is `max` + `after`, not `max`.
 * `push` gets every change since the last push, and calls back when it is done; meanwhile changes are kept.
 */
export function createDebounce<Change>(
  clock: Clock,
  { after, max }: DebounceOptions,
  push: (changes: readonly Change[], done: () => void) => void,
): Debounce<Change> {
  let waiting: Change[] = []
  let first = 0
  let last = 0
  let busy = false
  let closed = false
  let cancel = (): void => {}

  const look = (): void => {
    if (busy || closed || waiting.length === 0) return
    const now = clock.now()
    if (now - first < max && now - last < after) {
      cancel()
      cancel = clock.after(after - (now - last), look)
      return
    }
    const changes = waiting
    waiting = []
    busy = true
    push(changes, () => {
      busy = false
      look()
    })
  }

  return {
    add(change) {
      if (closed) return
      last = clock.now()
      if (waiting.push(change) > 1) return
      first = last
      cancel()
      cancel = clock.after(after, look)
    },
    close() {
      closed = true
      waiting = []
      cancel()
    },
  }
}
