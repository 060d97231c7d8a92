import type { Worker, WorkerOptions } from 'node:worker_threads'
import { Failure } from '#base/index.ts'
import type { Hint } from '#control-plane/engine/index.ts'
import { store as failures } from '../failures.ts'
import type { Call, Reply, WorkerData } from './messages.ts'

/** The database's thread, seen from outside. */
export interface Thread {
  call(part: Call['part'], method: string, args: readonly unknown[]): Promise<unknown>
  close(): Promise<void>
}

export interface ThreadOptions {
  readonly worker: URL
  readonly data: WorkerData
  readonly announce: (hints: readonly Hint[]) => void
  readonly now: (() => number) | undefined
  readonly newWorker: (url: URL, options: WorkerOptions) => Worker
}

interface Waiting {
  readonly resolve: (output: unknown) => void
  readonly reject: (error: unknown) => void
}

interface Running {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
}

/** Starts the thread. When it dies, calls under way fail (nobody knows whether they were written), and the next call starts it again. */
export async function openThread(options: ThreadOptions): Promise<Thread> {
  let running: Promise<Running> | undefined = start(options, () => (running = undefined))
  let closed = false
  let lastId = 0
  await running

  const call: Thread['call'] = async (part, method, args) => {
    if (closed) throw failures.CLOSED({ folder: options.data.folder })
    running ??= start(options, () => (running = undefined))
    const { worker, waiting } = await running
    const id = ++lastId
    return await new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      const now = options.now?.()
      worker.postMessage({ id, part, method, args, ...(now === undefined ? {} : { now }) } satisfies Call)
    })
  }
  const close = async (): Promise<void> => {
    if (closed) return
    const open = await running?.catch(() => undefined)
    const done = open && call('thread', 'close', [])
    closed = true
    await done
    await open?.worker.terminate()
  }
  return { call, close }
}

function start({ worker: url, data, announce, newWorker }: ThreadOptions, onDeath: () => void): Promise<Running> {
  const worker = newWorker(url, { workerData: data })
  const waiting = new Map<number, Waiting>()
  return new Promise<Running>((resolve, reject) => {
    let dead = false
    const died = (why: string): void => {
      // An error is followed by an exit; by then another thread may run.
      if (dead) return
      dead = true
      onDeath()
      const failure = failures.BROKEN({ what: data.folder, why })
      reject(failure)
      for (const call of waiting.values()) call.reject(failure)
      waiting.clear()
    }
    worker.on('error', error => died(error.message))
    worker.on('exit', code => died(`its thread has ended (${code})`))
    worker.on('message', (reply: Reply) => {
      if (reply.is === 'open') resolve({ worker, waiting })
      else if (reply.is === 'hints') announce(reply.hints)
      else if (reply.is === 'failure' && reply.id === undefined) {
        reject(new Failure(reply.failure))
        void worker.terminate()
      } else answer(waiting, reply)
    })
  })
}

function answer(waiting: Map<number, Waiting>, reply: Extract<Reply, { is: 'answer' | 'failure' }>): void {
  const call = reply.id === undefined ? undefined : waiting.get(reply.id)
  if (!call || reply.id === undefined) return
  waiting.delete(reply.id)
  if (reply.is === 'answer') call.resolve(reply.output)
  else call.reject(new Failure(reply.failure))
}
