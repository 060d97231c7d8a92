import { Failure, sleep, type Clock } from '#base/index.ts'
import type { ApiRequest, ApiResponse, Cluster, WatchEvent } from '#delegate/kubernetes/index.ts'
import type { ApiTrouble } from './faults.ts'
import type { Life } from './process.ts'

/** What may happen on the way between a process and the cluster; asked anew for every request. */
export interface Weather {
  readonly clock: Clock
  /** Milliseconds that a request takes, there and back. */
  latency(): number
  /** Milliseconds that an answer of a pod takes. */
  podLatency(): number
  isCut(): boolean
  apiTrouble(request: ApiRequest, isWrite: boolean): { readonly how: ApiTrouble; readonly lands: number } | undefined
  /** Milliseconds by which events of watches come later. */
  watchLag(): number
  isDoubled(): boolean
  /** All runs are over: an apply that makes an object cannot be fenced then, so none does. */
  isOver(): boolean
  /** Called with the ender of every watch that opens. */
  watchOpened(end: (expired: boolean) => void): () => void
  /** What a pod's metrics page says; undefined for what the pod itself says. */
  metrics(pod: string): string | undefined
  /** Before and after each write; the process may be gone by then. */
  beforeWrite(request: ApiRequest): void
  afterWrite(request: ApiRequest, answer: ApiResponse): void
  /** Before a write lands of which nobody hears any more. */
  landsLate(request: ApiRequest): void
}

const never = new Promise<never>(() => {})

/** The cluster as one process sees it. */
export function wayTo(cluster: Cluster, weather: Weather, life: Life): Cluster {
  const { clock } = weather
  const { isAlive } = life
  const pass = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    if (milliseconds > 0) await sleep(clock, milliseconds, signal)
    await presence(life)
    if (weather.isCut()) throw reset()
  }
  return {
    name: cluster.name,
    async request(request, signal) {
      await pass(weather.latency() / 2, signal)
      const isWrite = request.method !== 'GET' && !request.path.includes('dryRun') && !request.path.includes('selfsubject')
      const trouble = weather.apiTrouble(request, isWrite)
      if (isWrite) weather.beforeWrite(request)
      if (!isAlive()) return never
      const answer = await troubled(trouble, request, isWrite)
      if (isWrite) weather.afterWrite(request, answer)
      await pass(weather.latency() / 2, signal)
      if (trouble?.how === 'lostAnswer') throw reset()
      return answer
    },
    watch: (path, signal) => events(cluster, weather, life, path, signal),
    async podHttp(pod, port, request, signal) {
      await pass(weather.podLatency(), signal)
      const answer = await cluster.podHttp(pod, port, request, signal)
      await presence(life)
      const metrics = request.path.startsWith('/stats/prometheus') && answer.status === 200 ? weather.metrics(pod.name) : undefined
      return metrics === undefined ? answer : { ...answer, body: metrics }
    },
  }

  async function land(request: ApiRequest): Promise<void> {
    if (weather.isOver() && (await makesByApply(request, cluster))) return
    weather.landsLate(request)
    weather.beforeWrite(request)
    weather.afterWrite(request, await cluster.request(request))
  }

  async function troubled(trouble: ReturnType<Weather['apiTrouble']>, request: ApiRequest, isWrite: boolean): Promise<ApiResponse> {
    switch (trouble?.how) {
      case '500':
      case '503':
      case '429':
        return refusal(Number(trouble.how), trouble.how === '429' ? 1 : undefined)
      case '409':
        return isWrite ? refusal(409) : cluster.request(request)
      case 'lostRequest':
        throw reset()
      case 'late':
        if (!isWrite) return cluster.request(request)
        clock.after(trouble.lands, () => {
          void land(request)
        })
        throw reset()
      default:
        return cluster.request(request)
    }
  }
}

/** An apply makes what is not there. */
async function makesByApply({ method, path, body }: ApiRequest, cluster: Cluster): Promise<boolean> {
  if (method !== 'PATCH' || Array.isArray(body)) return false
  return (await cluster.request({ method: 'GET', path: path.split('?')[0] ?? path })).status === 404
}

/** Settles once the process can take an answer: not while it stands still, and never where it is dead. */
async function presence({ isAlive, standstill }: Life): Promise<void> {
  while (standstill()) await standstill()
  if (!isAlive()) await never
}

/** What an adapter rejects with where there is no answer. */
function reset(): Error {
  const message = 'cluster sandbox: no answer from the API server: the connection was reset'
  return new Failure({ code: 'SL-KUBERNETES-UNREACHABLE', blame: 'world', message, todo: 'Wait.', facts: {} })
}

function refusal(status: number, retryAfter?: number): ApiResponse {
  const reasons: Readonly<Record<number, string>> = {
    409: 'Conflict',
    429: 'TooManyRequests',
    500: 'InternalError',
    503: 'ServiceUnavailable',
  }
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    reason: reasons[status],
    code: status,
    message: `the weather said ${status}`,
  }
  return { status, body, warnings: [], ...(retryAfter === undefined ? {} : { retryAfter }) }
}

async function* events(cluster: Cluster, weather: Weather, life: Life, path: string, signal?: AbortSignal): AsyncGenerator<WatchEvent> {
  const line = newLine(weather)
  const stop = (): void => line.end(false)
  signal?.addEventListener('abort', stop, { once: true })
  const closed = weather.watchOpened(line.end)
  void line.fill(cluster.watch(path, line.signal), life.isAlive)
  try {
    if (weather.isCut()) throw reset()
    while (!signal?.aborted) {
      const event = await line.next(signal)
      await presence(life)
      if (!event || signal?.aborted) break
      yield event
    }
    if (line.isExpired() && !signal?.aborted) yield { type: 'ERROR', object: gone }
  } finally {
    signal?.removeEventListener('abort', stop)
    closed()
    line.end(false)
  }
}

/** What a watch has sent and its client has not read: in order, some of it late, some of it twice. */
function newLine(weather: Weather) {
  const { clock } = weather
  const own = new AbortController()
  const waiting: { readonly due: number; readonly event: WatchEvent }[] = []
  let [over, expired] = [false, false]
  let wake = (): void => undefined
  return {
    signal: own.signal,
    isExpired: () => expired,
    end(isExpired: boolean): void {
      over = true
      expired ||= isExpired
      own.abort()
      wake()
    },
    async fill(events: AsyncIterable<WatchEvent>, isAlive: () => boolean): Promise<void> {
      for await (const event of events) {
        if (!isAlive()) return own.abort()
        const due = Math.max(clock.now() + weather.watchLag(), waiting.at(-1)?.due ?? 0)
        waiting.push({ due, event })
        if (weather.isDoubled()) waiting.push({ due, event })
        wake()
      }
      over = true
      wake()
    },
    /** Undefined at the end of it. */
    async next(signal?: AbortSignal): Promise<WatchEvent | undefined> {
      while (waiting.length === 0 && !over) await new Promise<void>(resolve => (wake = resolve))
      const next = waiting.shift()
      if (next && next.due > clock.now()) await sleep(clock, next.due - clock.now(), signal)
      return next?.event
    },
  }
}

const gone = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: { name: '' },
  status: 'Failure',
  reason: 'Expired',
  code: 410,
  message: 'too old resource version',
}
