// The engine's store in memory: for tests, simulations, and a first try.
import { createHash } from 'node:crypto'
import type { Clock } from '#base/index.ts'
import type { EngineStore } from '#control-plane/engine/index.ts'
import { memoryJournal } from './journal.ts'
import { keepRows, rowsFrom, type KeptRows } from './kept-rows.ts'
import type { Rows } from './rows.ts'
import { memoryTasks } from './tasks.ts'

export type { KeptRows } from './kept-rows.ts'

/** A store whose time is the clock's. */
export function memoryStore(clock: Clock): EngineStore {
  return storeOf({ clock, executions: new Map(), holds: new Map(), tasks: new Map(), content: new Map(), listeners: new Set() })
}

/** A store whose rows can be kept, and with which another one goes on after the end of the process that held them. */
export function keepingStore(clock: Clock, kept?: KeptRows): { readonly store: EngineStore; readonly keep: () => KeptRows } {
  const empty: KeptRows = { executions: [], holds: [], tasks: [], content: [] }
  const rows = rowsFrom(kept ?? empty, clock, hashOf)
  return { store: storeOf(rows), keep: () => keepRows(rows) }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function storeOf(rows: Rows): EngineStore {
  return {
    journal: memoryJournal(rows),
    tasks: memoryTasks(rows),
    content: {
      put: async text => {
        const hash = hashOf(text)
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
