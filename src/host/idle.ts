import type { Clock } from '#base/index.ts'

/** Ends something that nobody needs any more. */
export interface Idle {
  /** Something begins: it is needed until the returned function is called. */
  begin(): () => void
  /** Something happened: the time begins anew. */
  touch(): void
  /** When it ends, if nothing happens until then; undefined while it is needed. */
  endsAt(): number | undefined
  close(): void
}

export interface IdleOptions {
  readonly clock: Clock
  /** Milliseconds. */
  readonly after: number
  /** Whether there is still something to do that nobody waits for: unfinished executions. */
  readonly busy: () => Promise<boolean>
  readonly end: () => void
}

/** Nothing is asked while nothing changes: `busy` is looked at only when the time is over. */
export function openIdle({ clock, after, busy, end }: IdleOptions): Idle {
  let needed = 0
  let closed = false
  let at: number | undefined
  let cancel = (): void => {}
  const touch = (): void => {
    cancel()
    at = undefined
    if (needed > 0 || closed) return
    at = clock.now() + after
    cancel = clock.after(after, () => void look())
  }
  const look = async (): Promise<void> => {
    at = undefined
    if ((await busy()) || needed > 0 || closed) return
    closed = true
    end()
  }
  touch()
  return {
    begin() {
      needed++
      touch()
      let ended = false
      return () => {
        if (ended) return
        ended = true
        needed--
        touch()
      }
    },
    touch,
    endsAt: () => at,
    close() {
      closed = true
      cancel()
    },
  }
}
