/** Waits for something shared; rejects with the signal's reason when it is aborted meanwhile, and what is shared goes on. */
export function orAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return shared
  if (signal.aborted) return Promise.reject(signal.reason as Error)
  let stop = (): void => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
  })
  return Promise.race([shared, aborted]).finally(() => signal.removeEventListener('abort', stop))
}
