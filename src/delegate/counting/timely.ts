import type { Clock } from '#base/index.ts'

/** Who does not tell within this time (milliseconds) is silent. A gateway on the other side of a continent answers in a tenth of it. */
const silentAfter = 5000

/** Gives up after the time of silence. */
export async function timely<T>(clock: Clock, signal: AbortSignal, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController()
  const cancel = clock.after(silentAfter, () => late.abort(new Error('no answer in time')))
  try {
    return await act(AbortSignal.any([signal, late.signal]))
  } finally {
    cancel()
  }
}
