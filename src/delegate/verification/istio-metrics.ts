import type { KubernetesObject } from '#base/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import type { Sample } from '#delegate/prometheus/index.ts'
import { readSamples, readValue } from './prometheus-text.ts'
import { nothing, type Level } from './source.ts'

/** Where Envoy serves its metrics in every pod of Istio; only those that were counted at least once. */
const port = 15_090
const path = '/stats/prometheus?usedonly'

/** Istio's standard metrics, of which a proxy has one series for each pair of source and destination, code and flags. */
const counted = 'istio_requests_total'
const duration = 'istio_request_duration_milliseconds_bucket'
const prefix = 'istio_request'

export type Labels = Sample['labels']

/**
 * Envoy's response flags of requests that got no answer from the application: no route, cluster or healthy host (NR, NC, UH, DF, UO, OM,
 * NFCF), no connection (UF), one that broke or was reset (UC, UR, LR, UPE), no answer in time (UT, DT, SI). URX alone is not among them: with it
 * alone the last answer of the application is passed on. Nor are refusals that somebody wants: rate limits, authorization, injected faults.
 */
const undelivered = new Set(['NR', 'NC', 'UH', 'DF', 'UO', 'OM', 'NFCF', 'UF', 'UC', 'UR', 'LR', 'UPE', 'UT', 'DT', 'SI'])

/** All of a proxy's metrics about requests. */
export async function readProxy(cluster: Cluster, pod: KubernetesObject, signal?: AbortSignal): Promise<readonly Sample[]> {
  const { name, namespace = '' } = pod.metadata
  const { status, body } = await cluster.podHttp({ namespace, name }, port, { path }, signal)
  if (status !== 200) throw new Error(`Pod ${namespace}/${name}: ${path} answers ${status}`)
  return readSamples(body, prefix)
}

/** What a proxy has counted of some requests. Code 0 is left out: the client went away before there was an answer. */
export function levelOf(samples: readonly Sample[], wanted: (labels: Labels) => boolean): Level {
  const mine = samples.filter(({ labels }) => labels['response_code'] !== '0' && wanted(labels))
  const buckets = new Map<number, number>()
  for (const { name, labels, value } of mine) {
    const bound = readValue(labels['le'] ?? '')
    if (name === duration) buckets.set(bound, (buckets.get(bound) ?? 0) + value)
  }
  const level = mine.filter(({ name }) => name === counted).reduce(addSample, nothing)
  return { ...level, buckets: new Map([...buckets].sort(([a], [b]) => a - b)) }
}

function addSample(level: Level, { labels, value }: Sample): Level {
  const code = Number(labels['response_code'])
  const broken = flagsOf(labels).some(flag => undelivered.has(flag))
  const lost = broken && (code >= 400 || isGrpcFailure(labels))
  return {
    ...level,
    requests: level.requests + value,
    errors: level.errors + (code >= 500 || lost ? value : 0),
    lost: level.lost + (lost ? value : 0),
    cut: level.cut + (broken && !lost ? value : 0),
  }
}

/** `UF,URX` as Envoy writes it; `-` where there is none. */
export function flagsOf(labels: Labels): readonly string[] {
  return (labels['response_flags'] ?? '-').split(',').filter(flag => flag !== '-' && flag !== '')
}

/** A failed call of gRPC answers with code 200. */
function isGrpcFailure(labels: Labels): boolean {
  const status = labels['grpc_response_status'] ?? ''
  return status !== '' && status !== '0'
}

/** Whether requests went to pods of a workload. */
export function isWorkload(labels: Labels, namespace: string, workload: string): boolean {
  return labels['destination_workload'] === workload && labels['destination_workload_namespace'] === namespace
}
