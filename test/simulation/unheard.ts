/** Plays. `unheard`: what failed meanwhile with nobody to hear of it; it is told, and ends no process. */
export async function hearing<T>(play: () => Promise<T>): Promise<{ readonly played: T; readonly unheard: readonly string[] }> {
  const unheard: string[] = []
  const hear = (error: unknown): void =>
    void unheard.push(`unheard: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  process.on('unhandledRejection', hear)
  try {
    const played = await play()
    // Node looks for them between two turns of its loop: what failed last is heard too.
    await new Promise(resolve => setImmediate(resolve))
    return { played, unheard }
  } finally {
    process.off('unhandledRejection', hear)
  }
}

/** Errors that processes met, without those that a cut brings. */
export function unexpected(troubles: readonly string[]): readonly string[] {
  return troubles.filter(text => !/cannot be reached/.test(text)).map(text => `unexpected: ${text}`)
}
