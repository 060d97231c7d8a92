import type { Clock, KubernetesObject } from '#base/index.ts'
import type { ObjectStore } from '#sandbox/api-server/index.ts'
import { imageOf, json, podAddress, text, type HttpAnswer, type HttpRequest, type PodRuntime } from '#sandbox/pods/index.ts'
import { answerTo, readQuery } from './query.ts'
import { readPage, SeriesStore, type Labels } from './series.ts'

export interface PrometheusOptions {
  /** Milliseconds between the scrapes of a proxy; 15 s where it is left out. */
  readonly interval?: number
}

export interface PrometheusWorld {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly send: PodRuntime['send']
}

/** Scrapes until it is closed. */
export interface SandboxPrometheus {
  answer(request: HttpRequest): Promise<HttpAnswer>
  close(): void
}

const usualInterval = 15_000
/** Where Envoy serves its metrics. */
const statsPort = 15_090
const statsPath = '/stats/prometheus'

/** Every proxy is scraped at a moment of its own within the interval, as Prometheus spreads its targets. */
export function createPrometheus(
  { store, clock, send }: PrometheusWorld,
  { interval = usualInterval }: PrometheusOptions = {},
): SandboxPrometheus {
  const series = new SeriesStore()
  const loops = new Map<string, () => void>()

  const scrape = async (pod: KubernetesObject): Promise<void> => {
    const at = clock.now()
    const target = targetOf(pod)
    const page = await send({ ip: podAddress(pod) ?? '', port: statsPort }, { method: 'GET', path: statsPath, headers: {} }).catch(
      () => undefined,
    )
    const found = page?.status === 200 ? readPage(textOf(page.body)) : []
    series.take(target, at, [...found, [{ __name__: 'up' }, page?.status === 200 ? 1 : 0]])
  }
  const follow = (pod: KubernetesObject): void => {
    const id = pod.metadata.uid ?? pod.metadata.name
    if (loops.has(id) || podAddress(pod) === undefined) return
    const next = (wait: number): void => {
      const stop = clock.after(wait, () => {
        next(interval)
        void scrape(pod)
      })
      loops.set(id, stop)
    }
    next(offsetOf(id, interval))
  }
  const forget = (pod: KubernetesObject): void => {
    const id = pod.metadata.uid ?? pod.metadata.name
    loops.get(id)?.()
    if (loops.delete(id)) series.take(targetOf(pod), clock.now(), [])
  }
  const isProxy = (pod: KubernetesObject): boolean => imageOf(pod).includes('istio/proxyv2')
  const end = store.subscribe('pods', ({ type, object }) => {
    if (isProxy(object)) (type === 'DELETED' ? forget : follow)(object)
  })
  for (const pod of store.list('pods')) if (isProxy(pod)) follow(pod)

  return {
    answer: request => Promise.resolve(answer(request, text => readAndAnswer(text))),
    close() {
      end()
      for (const stop of loops.values()) stop()
    },
  }

  function readAndAnswer(expression: string): HttpAnswer {
    const query = readQuery(expression)
    if (query) return json(200, { status: 'success', data: answerTo(query, series.all(), clock.now()) })
    const error = 'this Prometheus of a sandbox reads selectors, with a range or without, and time()'
    return json(400, { status: 'error', errorType: 'bad_data', error })
  }
}

function answer({ method, path, body = '', headers }: HttpRequest, query: (expression: string) => HttpAnswer): HttpAnswer {
  const url = new URL(path, 'http://prometheus')
  if (url.pathname === '/-/healthy' || url.pathname === '/-/ready') return text(200, 'Prometheus Server is Ready.\n')
  if (url.pathname !== '/api/v1/query') return text(404, '404 page not found\n')
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true ? textOf(body) : ''
  return query(new URLSearchParams(method === 'POST' ? form : url.search).get('query') ?? '')
}

function targetOf(pod: KubernetesObject): Labels {
  const { name, namespace = '' } = pod.metadata
  return { job: 'envoy-stats', instance: `${podAddress(pod) ?? ''}:${statsPort}`, namespace, pod: name }
}

/** The same pod always at the same moment. */
function offsetOf(id: string, interval: number): number {
  const hash = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2_147_483_647, 7)
  return hash % interval
}

function textOf(body: HttpAnswer['body']): string {
  return typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
}
