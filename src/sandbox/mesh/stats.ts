import type { Forwarded } from './forward.ts'
import { workloadOf, type Endpoint } from './endpoints.ts'
import type { KubernetesObject } from '#base/index.ts'
import type { LiveCluster } from './proxy-view.ts'

/** Istio's standard metrics of one proxy, in Prometheus' text form. */
export interface ProxyStats {
  record(forwarded: Forwarded, milliseconds: number, live: LiveCluster | undefined): void
  text(): string
}

/** Upper bounds of Envoy's histograms, in milliseconds. */
const buckets = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000]

interface Series {
  readonly labels: string
  count: number
  sum: number
  readonly counts: number[]
}

/** Counts the requests of a proxy, which reports as their source. */
export function createStats(proxy: KubernetesObject): ProxyStats {
  const series = new Map<string, Series>()
  const source = sourceLabels(proxy)
  return {
    record(forwarded, milliseconds, live) {
      const { answer, flags, cluster = '', endpoint } = forwarded
      const key = `${cluster} ${endpoint?.ip ?? ''} ${answer.status} ${flags}`
      let one = series.get(key)
      if (!one) {
        one = { labels: labelText({ ...source, ...destinationLabels(forwarded, live) }), count: 0, sum: 0, counts: buckets.map(() => 0) }
        series.set(key, one)
      }
      one.count += 1
      one.sum += milliseconds
      const bucket = buckets.findIndex(bound => milliseconds <= bound)
      if (bucket >= 0) one.counts[bucket] = (one.counts[bucket] ?? 0) + 1
    },
    text: () => show(merge(series.values())),
  }
}

/** Endpoints of one workload and version are one series, as in Envoy. */
function merge(series: Iterable<Series>): readonly Series[] {
  const merged = new Map<string, Series>()
  for (const one of series) {
    const same = merged.get(one.labels)
    merged.set(
      one.labels,
      same
        ? { ...one, count: same.count + one.count, sum: same.sum + one.sum, counts: one.counts.map((n, i) => n + (same.counts[i] ?? 0)) }
        : one,
    )
  }
  return [...merged.values()].toSorted((a, b) => (a.labels < b.labels ? -1 : 1))
}

function show(series: readonly Series[]): string {
  const requests = series.map(({ labels, count }) => `istio_requests_total{${labels}} ${count}`)
  const durations = series.flatMap(({ labels, count, sum, counts }) => {
    let sofar = 0
    const rows = buckets.map(
      (bound, index) => `istio_request_duration_milliseconds_bucket{${labels},le="${bound}"} ${(sofar += counts[index] ?? 0)}`,
    )
    return [
      ...rows,
      `istio_request_duration_milliseconds_bucket{${labels},le="+Inf"} ${count}`,
      `istio_request_duration_milliseconds_sum{${labels}} ${Number(sum.toFixed(3))}`,
      `istio_request_duration_milliseconds_count{${labels}} ${count}`,
    ]
  })
  return [
    '# TYPE istio_requests_total counter',
    ...requests,
    '# TYPE istio_request_duration_milliseconds histogram',
    ...durations,
    '',
  ].join('\n')
}

type Labels = Readonly<Record<string, string>>

function sourceLabels(proxy: KubernetesObject): Labels {
  const labels = proxy.metadata.labels ?? {}
  return {
    reporter: 'source',
    source_workload: workloadOf(proxy),
    source_workload_namespace: proxy.metadata.namespace ?? '',
    source_principal: 'unknown',
    source_app: appOf(labels),
    source_version: versionOf(labels),
    source_cluster: 'Kubernetes',
  }
}

function destinationLabels(forwarded: Forwarded, live: LiveCluster | undefined): Labels {
  return {
    ...workloadLabels(forwarded.endpoint),
    destination_service: live?.cluster.host ?? unknown,
    destination_service_name: live?.cluster.service.name ?? unknown,
    destination_service_namespace: live?.cluster.service.namespace ?? unknown,
    request_protocol: 'http',
    response_code: String(forwarded.answer.status),
    response_flags: forwarded.flags,
    grpc_response_status: '',
    connection_security_policy: unknown,
  }
}

function workloadLabels(endpoint: Endpoint | undefined): Labels {
  const labels = endpoint?.labels ?? {}
  const ofPod = (text: string): string => (endpoint ? text : unknown)
  return {
    destination_workload: endpoint?.workload ?? unknown,
    destination_workload_namespace: endpoint?.namespace ?? unknown,
    destination_principal: unknown,
    destination_app: appOf(labels),
    destination_version: versionOf(labels),
    destination_cluster: ofPod('Kubernetes'),
    destination_canonical_service: labels['service.istio.io/canonical-name'] ?? appOf(labels),
    destination_canonical_revision: labels['service.istio.io/canonical-revision'] ?? labels['version'] ?? ofPod('latest'),
  }
}

/** What Istio writes where it does not know. */
const unknown = 'unknown'

function appOf(labels: Labels): string {
  return labels['app'] ?? labels['app.kubernetes.io/name'] ?? unknown
}

function versionOf(labels: Labels): string {
  return labels['version'] ?? labels['app.kubernetes.io/version'] ?? unknown
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)
    .join(',')
}
