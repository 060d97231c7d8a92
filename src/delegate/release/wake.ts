import type { Clock } from '#base/index.ts'
import type { Observer } from './observing.ts'

/** The longest wait without a look (milliseconds): a safety net for a change that no watch showed; one look costs nothing at the API server. */
const LONGEST = 60_000

/** Resolves when an object changes or `milliseconds` are over; rejects with the signal's reason. Begin it before deciding, so that no change is missed. */
export function nextWake(
  observer: Observer,
  clock: Clock,
): { readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>; readonly stop: () => void } {
  let changed = false
  let wake: (() => void) | undefined
  const stop = observer.onChange(() => {
    changed = true
    wake?.()
  })
  const wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error)
      if (changed) return resolve()
      const abort = (): void => finish(() => reject(signal.reason as Error))
      const cancel = clock.after(Math.min(milliseconds, LONGEST), () => finish(resolve))
      const finish = (end: () => void): void => {
        cancel()
        signal.removeEventListener('abort', abort)
        end()
      }
      signal.addEventListener('abort', abort, { once: true })
      wake = () => finish(resolve)
    })
  return { wait, stop }
}
