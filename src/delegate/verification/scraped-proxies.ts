import { scrapedFrom, usualInterval, type Known, type Matcher, type Prometheus } from '#delegate/prometheus/index.ts'
import { isWorkload, levelOf } from './istio-metrics.ts'
import type { MetricSource } from './source.ts'

/** Two scrapes at the usual interval tell how often a proxy is scraped, and one may have failed. Milliseconds. */
const window = 3 * usualInterval
/** Nobody waits longer (milliseconds) for one answer; a look within the time that fails is passed over. */
const patience = 10_000

/**
 * A source: every proxy that sends requests to one of `workloads`, as a Prometheus scraped it last. Who sent to the others alone is told
 * with nothing for this one, so that its first request to it counts.
 */
export function scrapedProxies(prometheus: Prometheus, workloads: readonly string[]): MetricSource {
  const known = new Map<string, Known>()
  return {
    name: `Prometheus ${prometheus.url}`,
    async read({ namespace, workload }, signal) {
      const ends = AbortSignal.any([AbortSignal.timeout(patience), ...(signal ? [signal] : [])])
      const [{ series }, now] = await Promise.all([prometheus.samples(sentTo(namespace, workloads), window, ends), prometheus.now(ends)])
      const scraped = scrapedFrom(series, known, now)
      for (const { id, at, life } of scraped) known.set(id, { at, life })
      return {
        levels: new Map(scraped.map(({ id, samples }) => [id, levelOf(samples, labels => isWorkload(labels, namespace, workload))])),
        silent: [],
      }
    },
  }
}

/** As the proxies count that send, a gateway or a caller's sidecar: what they lost on the way is among it. */
function sentTo(namespace: string, workloads: readonly string[]): readonly Matcher[] {
  return [
    { label: '__name__', is: ['istio_requests_total', 'istio_request_duration_milliseconds_bucket'] },
    { label: 'reporter', is: 'source' },
    { label: 'destination_workload_namespace', is: namespace },
    { label: 'destination_workload', is: workloads },
    { label: 'response_code', isNot: '0' },
  ]
}
