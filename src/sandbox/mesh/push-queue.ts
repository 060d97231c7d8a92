/** Pushes by proxy: while one is under way, what comes for that proxy is merged into one that follows. */
export interface PushQueue<To, Push> {
  add(to: To, push: Push): void
  forget(to: To): void
}

/** `start` begins a push and calls back when the next one may begin; `merge` makes one of two, the newer one last. */
export function createPushQueue<To, Push>(
  merge: (older: Push, newer: Push) => Push,
  start: (to: To, push: Push, done: () => void) => void,
): PushQueue<To, Push> {
  const waiting = new Map<To, Push>()
  const busy = new Set<To>()
  const next = (to: To): void => {
    const push = waiting.get(to)
    if (push === undefined || busy.has(to)) return
    waiting.delete(to)
    busy.add(to)
    start(to, push, () => {
      busy.delete(to)
      next(to)
    })
  }
  return {
    add(to, push) {
      const before = waiting.get(to)
      waiting.set(to, before === undefined ? push : merge(before, push))
      next(to)
    },
    forget(to) {
      waiting.delete(to)
      busy.delete(to)
    },
  }
}
