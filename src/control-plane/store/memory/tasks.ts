import type { Attempt, Leased, LeaseRequest, TaskStore } from '#control-plane/engine/index.ts'
import type { TaskResult } from '#protocol/index.ts'
import { kept, tasksOf, tell, type QueuedTask, type Rows } from './rows.ts'

/** The queue's statements on maps. */
export function memoryTasks(rows: Rows): TaskStore {
  return {
    lease: async request => lease(rows, request),
    heartbeat: async (attempt, duration, progress) => {
      const task = current(rows, attempt)
      if (!task) return 'cancelled'
      if (duration !== 'process') task.leaseUntil = rows.clock.now() + duration
      if (progress) {
        task.progress = kept(progress)
        tell(rows, { is: 'progress', execution: task.execution })
      }
      return 'goOn'
    },
    complete: async (attempt, result) => complete(rows, attempt, kept(result)),
    openTasks: async execution =>
      tasksOf(rows, execution)
        .filter(task => task.status === 'queued' || task.status === 'leased')
        .map(task => ({ ...task })),
  }
}

/** The task, if this attempt is the one that counts. */
function current(rows: Rows, attempt: Attempt): QueuedTask | undefined {
  const task = rows.tasks.get(`${attempt.execution}/${attempt.name}`)
  return task?.status === 'leased' && task.attempt === attempt.attempt ? task : undefined
}

function lease(rows: Rows, request: LeaseRequest): Leased {
  const now = rows.clock.now()
  const { selectors } = request
  const fits = (task: QueuedTask): boolean =>
    (task.status === 'queued' || task.status === 'leased') &&
    request.types.includes(task.type) &&
    (selectors === 'every' || task.selectors.every(wanted => selectors.includes(wanted)))
  const all = [...rows.tasks.values()].filter(fits)
  const free = all.filter(task => task.status === 'queued' || (!task.process && task.leaseUntil <= now))
  const [task] = free.sort((a, b) => Number(b.urgent) - Number(a.urgent) || a.order - b.order)
  if (!task) {
    const ends = all.filter(other => !other.process).map(other => other.leaseUntil)
    return { is: 'none', now, next: ends.length > 0 ? Math.min(...ends) : undefined }
  }
  task.status = 'leased'
  task.attempt += 1
  task.agent = request.agent
  task.process = request.lease === 'process'
  task.leaseUntil = request.lease === 'process' ? Infinity : now + request.lease
  tell(rows, { is: 'progress', execution: task.execution })
  const { execution, name, attempt, type, input, urgent } = task
  return { is: 'leased', task: { execution, name, attempt, type, input, urgent } }
}

function complete(rows: Rows, attempt: Attempt, result: TaskResult): 'accepted' | 'cancelled' {
  const task = current(rows, attempt)
  if (!task) return 'cancelled'
  task.status = 'done'
  task.result = result
  const execution = rows.executions.get(task.execution)
  if (execution && !execution.owned) execution.wakeAt = Math.min(execution.wakeAt, rows.clock.now())
  tell(rows, { is: 'news', execution: task.execution })
  return 'accepted'
}
