// The engine's store in memory: for tests, simulations, and a first try.
import { createHash } from 'node:crypto'
import type { Clock } from '#base/index.ts'
import type { EngineStore } from '#control-plane/engine/index.ts'
import { memoryJournal } from './journal.ts'
import type { Rows } from './rows.ts'
import { memoryTasks } from './tasks.ts'

/** A store whose time is the clock's. */
export function memoryStore(clock: Clock): EngineStore {
  const rows: Rows = { clock, executions: new Map(), holds: new Map(), tasks: new Map(), content: new Map(), listeners: new Set() }
  return {
    journal: memoryJournal(rows),
    tasks: memoryTasks(rows),
    content: {
      put: async text => {
        const hash = createHash('sha256').update(text).digest('hex')
        rows.content.set(hash, text)
        return hash
      },
      get: async hash => rows.content.get(hash),
    },
    subscribe: listener => {
      rows.listeners.add(listener)
      return () => rows.listeners.delete(listener)
    },
    hintsAreComplete: true,
  }
}
