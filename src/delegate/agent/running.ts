import { setMaxListeners } from 'node:events'
import type { LeasedTask } from '#protocol/index.ts'
import { agent as failures } from './failures.ts'
import type { Fence } from './implementation.ts'

/** The tasks under way, and who stops whom. */
export interface Running {
  add(work: Promise<void>): void
  /** The signal that stops this task: cancelled, superseded, or the agent closes. */
  stopFor(task: LeasedTask & { readonly cancelled: AbortSignal }): AbortSignal
  /** Stops every task of a lower rank under the same key; throws where a higher one is under way. */
  fence(task: LeasedTask, fence: Fence): void
  done(task: LeasedTask): void
  stopAll(reason: Error): void
  closing(): boolean
  settled(): Promise<void>
}

interface Slot {
  readonly stop: AbortController
  fence?: Fence
}

export function openRunning(): Running {
  const slots = new Map<string, Slot>()
  const works = new Set<Promise<void>>()
  let closed: Error | undefined
  const idOf = ({ key, attempt }: LeasedTask): string => `${key}#${attempt}`

  return {
    add(work) {
      works.add(work)
      void work.finally(() => works.delete(work))
    },
    stopFor(task) {
      const stop = new AbortController()
      // Many requests and waits of one task hear one signal: that is no leak, whatever Node's warning says.
      setMaxListeners(0, stop.signal)
      slots.set(idOf(task), { stop })
      const cancel = (): void => stop.abort(task.cancelled.reason)
      if (task.cancelled.aborted) cancel()
      else task.cancelled.addEventListener('abort', cancel, { once: true })
      if (closed) stop.abort(closed)
      return stop.signal
    },
    fence(task, fence) {
      for (const [id, slot] of slots) {
        if (slot.fence?.key !== fence.key || id === idOf(task)) continue
        if (slot.fence.rank > fence.rank) throw failures.SUPERSEDED({ key: task.key, by: id })
        slot.stop.abort(failures.SUPERSEDED({ key: id, by: task.key }))
      }
      const own = slots.get(idOf(task))
      if (own) own.fence = fence
    },
    done: task => void slots.delete(idOf(task)),
    stopAll(reason) {
      closed = reason
      for (const { stop } of slots.values()) stop.abort(reason)
    },
    closing: () => closed !== undefined,
    async settled() {
      await Promise.allSettled(works)
    },
  }
}
