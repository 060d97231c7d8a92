import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ContentStore, EngineStore, Hint, JournalStore, TaskStore } from '#control-plane/engine/index.ts'
import { store as failures } from '../failures.ts'
import { keyIn } from './key.ts'
import { lockFolder } from './lock.ts'
import { statements } from './messages.ts'
import { openThread, type Thread, type ThreadOptions } from './thread.ts'

export interface EmbeddedOptions {
  /** The data folder: made where it is not there. One process at a time. */
  readonly folder: string
  /** The built database thread: `dist/database-worker.mjs`. */
  readonly worker: URL
  /** Folder where a finished first database is kept for other data folders; by default in the user's cache folder. False: nowhere. */
  readonly templates?: string | false
  /** Bytes that must be free on the disk before anything is written. */
  readonly reserve?: number
  /** Overrides the store's time (tests). */
  readonly now?: () => number
  /** How the thread is started (tests). */
  readonly newWorker?: ThreadOptions['newWorker']
}

export interface EmbeddedStore extends EngineStore {
  /** Everything that was answered is on the disk; this makes the next start quick. */
  close(): Promise<void>
}

// PostgreSQL's log may grow to 64 MB before a checkpoint, which needs room of its own.
const defaultReserve = 128_000_000

/** Opens a data folder. Fails with SL-STORE-LOCKED while another process has it open. */
export async function openEmbeddedStore(options: EmbeddedOptions): Promise<EmbeddedStore> {
  const { folder } = options
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw failures.UNUSABLE({ folder, why: (error as Error).message }, error)
  }
  const unlock = lockFolder(join(folder, 'lock'))
  const listeners = new Set<(hint: Hint) => void>()
  const announce = (hints: readonly Hint[]): void => {
    for (const listener of listeners) for (const hint of hints) listener(hint)
  }
  try {
    const data = {
      folder: join(folder, 'database'),
      templates: templatesOf(options),
      reserve: options.reserve ?? defaultReserve,
      key: keyIn(folder),
    }
    const { worker, now, newWorker = (url, more) => new Worker(url, more) } = options
    const thread = await openThread({ worker, data, announce, now, newWorker })
    await thread.call('thread', 'release', [])
    return {
      journal: part(thread, 'journal') as unknown as JournalStore,
      tasks: part(thread, 'tasks') as unknown as TaskStore,
      content: part(thread, 'content') as unknown as ContentStore,
      subscribe: listener => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      hintsAreComplete: true,
      close: async () => {
        await thread.close()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

type Statement = (...args: readonly unknown[]) => Promise<unknown>

/** The statements of one part, each a call of the thread. */
function part(thread: Thread, name: keyof typeof statements): Record<string, Statement> {
  return Object.fromEntries(statements[name].map(method => [method, (...args: readonly unknown[]) => thread.call(name, method, args)]))
}

function templatesOf({
  templates = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sluice'),
}: EmbeddedOptions): string | undefined {
  return templates === false ? undefined : templates
}
