import { sleep, type Clock } from '#base/index.ts'
import type { ApiRequest, ApiResponse } from './request.ts'
import type { ApiServer } from './server.ts'
import type { WatchEvent } from './watch.ts'

/** What a client sends. */
export interface ClusterRequest {
  readonly method: string
  readonly path: string
  readonly contentType?: string
  readonly body?: unknown
}

export interface ClusterResponse {
  readonly status: number
  readonly body: unknown
  readonly warnings: readonly string[]
}

/** How one request goes wrong. `lostAnswer`: the write happens, its answer never comes. */
export type Fault =
  | { readonly is: 'refuse'; readonly response: ApiResponse }
  | { readonly is: 'lostAnswer'; readonly error: Error }
  | { readonly is: 'lostRequest'; readonly error: Error }

export interface InProcessClusterOptions {
  readonly server: ApiServer
  readonly clock: Clock
  /** Milliseconds on the way there and on the way back. None: answers come in a microtask. */
  readonly latency?: (request: ClusterRequest) => readonly [there: number, back: number]
  /** Asked for every request; undefined: it goes well. */
  readonly faults?: (request: ClusterRequest) => Fault | undefined
  /** Milliseconds after which a watch is dropped; undefined: it lasts. */
  readonly dropWatch?: (path: string) => number | undefined
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
}

/** The API server as a client in the same process sees it; fits the delegate's Cluster port together with a `podHttp`. */
export interface InProcessCluster {
  request(request: ClusterRequest, signal?: AbortSignal): Promise<ClusterResponse>
  watch(path: string, signal?: AbortSignal): AsyncIterable<WatchEvent>
}

export function createInProcessCluster(options: InProcessClusterOptions): InProcessCluster {
  return {
    request: (request, signal) => carry(options, request, signal),
    watch: (path, signal) => watchEvents(options, { method: 'GET', path, ...headersOf(options) }, signal),
  }
}

async function carry(options: InProcessClusterOptions, request: ClusterRequest, signal?: AbortSignal): Promise<ClusterResponse> {
  const [there, back] = options.latency?.(request) ?? [0, 0]
  const way = async (milliseconds: number): Promise<void> => {
    signal?.throwIfAborted()
    if (milliseconds > 0) await sleep(options.clock, milliseconds, signal)
  }
  await way(there)
  const fault = options.faults?.(request)
  if (fault?.is === 'lostRequest') throw fault.error
  const response = fault?.is === 'refuse' ? fault.response : options.server.handle({ ...request, ...headersOf(options) })
  await way(back)
  if (fault?.is === 'lostAnswer') throw fault.error
  return response
}

const headersOf = ({ headers }: InProcessClusterOptions) => (headers ? { headers } : {})

async function* watchEvents(options: InProcessClusterOptions, request: ApiRequest, signal?: AbortSignal): AsyncGenerator<WatchEvent> {
  const waiting: WatchEvent[] = []
  let over = false
  let wake = (): void => undefined
  const end = (): void => {
    over = true
    wake()
  }
  const watch = options.server.watch(
    request,
    event => {
      waiting.push(event)
      wake()
    },
    end,
  )
  if (!('stop' in watch)) {
    yield { type: 'ERROR', object: watch.body }
    return
  }
  const after = options.dropWatch?.(request.path)
  const cancel = after === undefined ? undefined : options.clock.after(after, end)
  signal?.addEventListener('abort', end, { once: true })
  try {
    while (!signal?.aborted) {
      const event = waiting.shift()
      if (event) yield event
      else if (over) return
      else await new Promise<void>(resolve => (wake = resolve))
    }
  } finally {
    watch.stop()
    cancel?.()
    signal?.removeEventListener('abort', end)
  }
}
