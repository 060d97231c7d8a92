import type { PGlite } from '@electric-sql/pglite'

// Single-user PostgreSQL has neither autovacuum nor checkpoints of its own. A journal's write makes about 1 kB of log:
// 10,000 of them stay well below max_wal_size.
const writesPerRound = 10_000
// After the first write since the last round: an idle database is tidied once, and then left alone.
const roundAfter = 5 * 60_000

/** Keeps log and dead rows small. `wrote` is called after every write; nothing happens while nothing is written. */
export function maintain(pg: PGlite): { wrote(): void; stop(): void } {
  let writes = 0
  let timer: NodeJS.Timeout | undefined
  const round = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    writes = 0
    await pg.exec('vacuum')
    await pg.exec('checkpoint')
  }
  // What goes wrong here goes wrong again, and is told, at the next statement.
  const start = (): void => void round().catch(() => {})
  return {
    wrote() {
      writes += 1
      if (writes >= writesPerRound) start()
      else timer ??= setTimeout(start, roundAfter)
    },
    stop: () => clearTimeout(timer),
  }
}
