import { sleep, toFailureRecord, type Clock } from '#base/index.ts'
import type { LeasedTask, TaskResult, TaskSource } from '#protocol/index.ts'
import { agent as failures } from './failures.ts'
import type { Implementation, TaskContext } from './implementation.ts'
import { openReporter } from './reporter.ts'
import { openRunning, type Running } from './running.ts'

export interface AgentOptions {
  /** The delegate's name, for people. */
  readonly name: string
  readonly selectors: readonly string[] | 'every'
  readonly source: TaskSource
  readonly clock: Clock
  readonly implementations: readonly Implementation[]
  /** The source cannot be asked: for the log. It is tried again. */
  readonly onTrouble?: (error: unknown) => void
}

export interface Agent {
  /** Takes no more tasks and stops those under way; they go on with the next agent. */
  close(): Promise<void>
}

type Taken = LeasedTask & { readonly cancelled: AbortSignal }

/** A source in trouble is asked again after this time, twice as long each time up to the longest. */
const again = { first: 250, longest: 30_000 }

/** Opens an agent: from now on it takes every task that it can do, as many at once as there are, and reports each one's end. */
export function openAgent(options: AgentOptions): Agent {
  const closing = new AbortController()
  const running = openRunning()
  const loop = leaseForEver(options, running, closing.signal)
  return {
    async close() {
      closing.abort(new Error('the delegate is closing'))
      running.stopAll(closing.signal.reason as Error)
      await loop
      await running.settled()
    },
  }
}

async function leaseForEver(options: AgentOptions, running: Running, closing: AbortSignal): Promise<void> {
  const { name, selectors, source, clock, implementations, onTrouble } = options
  const request = {
    agent: name,
    selectors: selectors === 'every' ? selectors : [...selectors],
    types: implementations.map(each => each.task.type),
  }
  let pause = again.first
  while (!closing.aborted) {
    try {
      const task = await source.lease(request, closing)
      pause = again.first
      running.add(perform(options, running, task))
    } catch (error) {
      if (closing.aborted) return
      onTrouble?.(error)
      await sleep(clock, pause, closing).catch(() => undefined)
      pause = Math.min(pause * 2, again.longest)
    }
  }
}

/** Does one task and reports its end, unless nobody wants to know any more. */
async function perform(options: AgentOptions, running: Running, task: Taken): Promise<void> {
  const { source, clock } = options
  const stop = running.stopFor(task)
  const reporter = openReporter(source, task, clock)
  const result = await resultOf(options, running, task, { stop, progress: reporter.progress })
  reporter.end()
  running.done(task)
  if (task.cancelled.aborted || running.closing()) return
  await report(options, task, result)
}

interface Means {
  readonly stop: AbortSignal
  readonly progress: TaskContext['progress']
}

async function resultOf(options: AgentOptions, running: Running, task: Taken, means: Means): Promise<TaskResult> {
  try {
    return { is: 'succeeded', output: await outputOf(options, running, task, means) }
  } catch (error) {
    return { is: 'failed', failure: toFailureRecord(means.stop.aborted ? means.stop.reason : error) }
  }
}

async function outputOf(options: AgentOptions, running: Running, task: Taken, means: Means): Promise<unknown> {
  const { key, type } = task
  const implementation = options.implementations.find(each => each.task.type === type)
  const input = implementation?.task.input.safeParse(task.input)
  if (!implementation || !input?.success) throw failures.INPUT({ type, key, reason: input?.error?.message ?? 'unknown type' })
  const fence = implementation.fence?.(input.data)
  if (fence) running.fence(task, fence)
  means.stop.throwIfAborted()
  const output = implementation.task.output.safeParse(await implementation.run(input.data, contextOf(options, task, means)))
  if (!output.success) throw failures.OUTPUT({ type, key, reason: output.error.message })
  return output.data
}

function contextOf({ source, clock }: AgentOptions, { key, attempt }: Taken, { stop, progress }: Means): TaskContext {
  const content = async (hash: string): Promise<string> => {
    const text = await source.content(hash)
    if (text === undefined) throw failures.NO_CONTENT({ hash })
    return text
  }
  return { signal: stop, clock, key, attempt, progress, content }
}

/** The result must arrive: without it the task would be done again. */
async function report({ source, clock, onTrouble }: AgentOptions, task: Taken, result: TaskResult): Promise<void> {
  for (let pause = again.first; !task.cancelled.aborted; pause = Math.min(pause * 2, again.longest)) {
    try {
      await source.complete(task.key, task.attempt, result)
      return
    } catch (error) {
      onTrouble?.(error)
      await sleep(clock, pause, task.cancelled).catch(() => undefined)
    }
  }
}
