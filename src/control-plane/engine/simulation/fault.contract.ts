import { sleep, type Clock, type Random } from '#base/index.ts'
import type { EngineStore, Hint } from '../store.ts'

/** Where a statement goes wrong: before it is done, after its commit (the process dies either way), or its answer gets lost (it lives). */
export const faultModes = ['before', 'after', 'lost'] as const
export type FaultMode = (typeof faultModes)[number]

/** What one simulated process sees of the shared store. */
export interface View {
  readonly store: EngineStore
  /** Writes that this process has begun. */
  readonly writes: () => number
  /** Nothing that the process asks is answered any more, and no hint reaches it. */
  kill(): void
  /** Its calls stand still until `thaw`. */
  freeze(): void
  thaw(): void
}

export interface Faults {
  /** The write (counted from 1 over the life of the process) at which `mode` strikes. */
  readonly at?: number
  readonly mode?: FaultMode
  /** Called when the process is to die. */
  readonly onDeath?: () => void
  /** No hint reaches the process. */
  readonly deaf?: boolean
  /** Statements take up to `latency` milliseconds on their way there, and as much on their way back. */
  readonly latency?: { readonly clock: Clock; readonly random: Random; readonly milliseconds: number }
}

const reading = new Set(['load', 'news', 'list', 'openTasks', 'get'])
const never = new Promise<never>(() => {})

/** A process's own view of a store, with what can go wrong between the two. */
export function viewOfStore(shared: EngineStore, faults: Faults = {}): View {
  let alive = true
  let writes = 0
  let frozen: Promise<void> | undefined
  let thaw = (): void => {}
  const way = async (): Promise<void> => {
    const { latency } = faults
    if (latency) await sleep(latency.clock, Math.floor(latency.random() * latency.milliseconds))
    await frozen
    if (!alive) await never
  }
  const kill = (): void => {
    alive = false
    end()
  }
  const strike = (mode: FaultMode): Promise<never> => {
    if (mode === 'lost') return Promise.reject(new Error('the connection was lost'))
    kill()
    faults.onDeath?.()
    return never
  }
  const call = async (name: string, statement: () => Promise<unknown>): Promise<unknown> => {
    const strikes = !reading.has(name) && ++writes === faults.at
    await way()
    if (strikes && faults.mode === 'before') return await strike('before')
    const answer = await statement()
    if (strikes && faults.mode) return await strike(faults.mode)
    await way()
    return answer
  }
  const wrap = <T extends object>(part: T): T =>
    Object.fromEntries(
      Object.entries(part).map(([name, statement]) => [
        name,
        (...args: unknown[]) => call(name, () => (statement as (...a: unknown[]) => Promise<unknown>)(...args)),
      ]),
    ) as T
  const listeners = new Set<(hint: Hint) => void>()
  const end = shared.subscribe(hint => {
    void (async () => {
      await frozen
      if (alive && !faults.deaf) for (const listener of listeners) listener(hint)
    })()
  })
  return {
    store: {
      journal: wrap(shared.journal),
      tasks: wrap(shared.tasks),
      content: wrap(shared.content),
      subscribe: listener => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      hintsAreComplete: false,
    },
    writes: () => writes,
    kill,
    freeze: () => {
      frozen ??= new Promise(resolve => (thaw = resolve))
    },
    thaw: () => {
      frozen = undefined
      thaw()
    },
  }
}
