import type { Clock } from '#base/index.ts'
import type { Execution, QueuedTask, Rows } from './rows.ts'

/** Everything that a memory store holds, as JSON can hold it: times that never come are null. */
export interface KeptRows {
  readonly executions: readonly Kept<Execution>[]
  readonly holds: readonly (readonly [name: string, execution: string])[]
  readonly tasks: readonly Kept<QueuedTask>[]
  readonly content: readonly string[]
}

type Kept<T> = Readonly<Record<string, unknown>> & { readonly [K in keyof T]?: T[K] | null }

export function keepRows({ executions, holds, tasks, content }: Rows): KeptRows {
  const kept: KeptRows = {
    executions: [...executions.values()] as unknown as KeptRows['executions'],
    holds: [...holds],
    tasks: [...tasks.values()] as unknown as KeptRows['tasks'],
    content: [...content.values()],
  }
  return JSON.parse(JSON.stringify(kept)) as KeptRows
}

/** Rows as they were kept, after the end of the process that held them: nobody owns an execution, and no lease is good any more. */
export function rowsFrom(kept: KeptRows, clock: Clock, hash: (text: string) => string): Rows {
  const executions = kept.executions.map(
    each => ({ ...each, owned: false, leaseUntil: 0, wakeAt: each.wakeAt ?? Infinity }) as unknown as Execution,
  )
  const tasks = kept.tasks.map(
    each => ({ ...each, leaseUntil: 0, process: false, agent: undefined, progress: each.progress ?? undefined }) as unknown as QueuedTask,
  )
  return {
    clock,
    executions: new Map(executions.map(each => [each.row.id, each])),
    holds: new Map(kept.holds),
    tasks: new Map(tasks.map(each => [`${each.execution}/${each.name}`, each])),
    content: new Map(kept.content.map(text => [hash(text), text])),
    listeners: new Set(),
  }
}
