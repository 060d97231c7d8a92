import { Failure, sleep, toFailureRecord, type Clock } from '#base/index.ts'
import { openTaskSource } from '#control-plane/tasks/index.ts'
import type { TaskSource } from '#protocol/index.ts'
import { openEngine } from '../engine.ts'
import type { Program } from '../run.ts'
import type { EngineStore } from '../store.ts'
import { viewOfStore, type Faults, type View } from './fault.contract.ts'

type Lease = Awaited<ReturnType<TaskSource['lease']>>

/** How each task type is done in the simulated world. */
export type Work = Readonly<Record<string, (input: never, task: Lease, tell: (says: string) => Promise<void>) => Promise<unknown>>>

export interface ProcessOptions {
  readonly shared: EngineStore
  readonly clock: Clock
  readonly programs: Readonly<Record<string, Program>>
  readonly work: Work
  readonly faults?: Faults
  /** Of tasks, in milliseconds. */
  readonly taskLease: number
}

export interface SimulatedProcess extends View {
  freeze(): void
  thaw(): void
}

/** An engine and a delegate in one process, on a store that others use too. A frozen one stands still: calls, hints and timers. */
export function startProcess({ shared, clock, programs, work, faults, taskLease }: ProcessOptions): SimulatedProcess {
  const own = freezableClock(clock)
  const view = viewOfStore(shared, faults)
  const { store } = view
  // Short, so that a take-over is a matter of virtual seconds.
  openEngine({ store, clock: own, programs, lease: 5_000, linger: 500 })
  const source = openTaskSource({ store, clock: own, lease: taskLease })
  void serve(source, own, work)
  return {
    ...view,
    kill: () => {
      view.kill()
      own.stop()
    },
    freeze: () => {
      view.freeze()
      own.freeze()
    },
    thaw: () => {
      view.thaw()
      own.thaw()
    },
  }
}

async function serve(source: TaskSource, clock: Clock, work: Work): Promise<void> {
  for (;;) {
    try {
      const task = await source.lease({ agent: 'simulated', selectors: 'every', types: Object.keys(work) }, new AbortController().signal)
      void attempt(source, clock, work, task)
    } catch {
      await sleep(clock, 1_000)
    }
  }
}

async function attempt(source: TaskSource, clock: Clock, work: Work, task: Lease): Promise<void> {
  const stopBeating = every(clock, task.heartbeat ?? 1_000, () => source.heartbeat(task.key, task.attempt))
  const tell = async (says: string): Promise<void> => void (await source.heartbeat(task.key, task.attempt, { says }).catch(() => {}))
  const result = await (work[task.type]?.(task.input as never, task, tell) ?? Promise.reject(new Error(`no work for ${task.type}`))).then(
    output => ({ is: 'succeeded', output }) as const,
    (error: unknown) => ({ is: 'failed', failure: toFailureRecord(error) }) as const,
  )
  stopBeating()
  for (;;) {
    try {
      return void (await source.complete(task.key, task.attempt, result))
    } catch (error) {
      if (error instanceof Failure && error.blame === 'bug') throw error
      await sleep(clock, 1_000)
    }
  }
}

function every(clock: Clock, milliseconds: number, action: () => Promise<unknown>): () => void {
  let cancel = clock.after(milliseconds, beat)
  function beat(): void {
    action().catch(() => {})
    cancel = clock.after(milliseconds, beat)
  }
  return () => cancel()
}

/** A clock whose timers wait while it is frozen, and never fire once it is stopped. */
export function freezableClock(clock: Clock): Clock & { freeze(): void; thaw(): void; stop(): void } {
  let frozen = false
  let stopped = false
  let late: (() => void)[] = []
  return {
    now: () => clock.now(),
    after: (delay, action) => {
      let on = true
      const cancel = clock.after(delay, () => {
        const fire = (): void => {
          if (on && !stopped) action()
        }
        if (frozen) late.push(fire)
        else fire()
      })
      return () => {
        on = false
        cancel()
      }
    },
    freeze: () => void (frozen = true),
    thaw: () => {
      frozen = false
      const due = late
      late = []
      for (const fire of due) fire()
    },
    stop: () => void (stopped = true),
  }
}
