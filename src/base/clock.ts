/** Time comes in as an argument: `systemClock` for people, a `VirtualClock` for tests and simulations. */
export interface Clock {
  /** Milliseconds since 1970 (UTC). */
  now(): number
  /** Runs `action` once, `delay` milliseconds from now and never earlier. The returned function cancels it. */
  after(delay: number, action: () => void): () => void
}

// Asked for more, setTimeout fires at once.
const longestTimeout = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delay, action) {
    const due = Date.now() + delay
    // A timer of the machine may fire up to a millisecond early: what is not due yet is waited for again.
    const fire = (): void => {
      const left = due - Date.now()
      if (left > 0) timer = setTimeout(fire, Math.min(Math.ceil(left), longestTimeout))
      else action()
    }
    let timer = setTimeout(fire, Math.min(Math.ceil(delay), longestTimeout))
    return () => clearTimeout(timer)
  },
}

/** Resolves after `milliseconds`; rejects with the signal's reason as soon as it is aborted. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const stop = (): void => {
      cancel()
      reject(signal?.reason as Error)
    }
    const cancel = clock.after(milliseconds, () => {
      signal?.removeEventListener('abort', stop)
      resolve()
    })
    signal?.addEventListener('abort', stop, { once: true })
  })
}
