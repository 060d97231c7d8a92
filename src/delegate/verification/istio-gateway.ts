import { Failure, type KubernetesObject } from '#base/index.ts'
import { gatewaySelector, type Cluster, type Objects } from '#delegate/kubernetes/index.ts'
import { boundGateways } from '#model/traffic/index.ts'
import { failures } from './failures.ts'
import { readSamples, readValue, type Sample } from './prometheus-text.ts'
import { nothing, type Level, type MetricSource, type Reading, type Subject } from './source.ts'

/** Where Envoy serves its metrics in every pod of Istio; only those that were counted at least once. */
const port = 15_090
const path = '/stats/prometheus?usedonly'

/** Istio's standard metrics, as a gateway counts the requests that it sends. */
const counted = 'istio_requests_total'
const duration = 'istio_request_duration_milliseconds_bucket'
const prefix = 'istio_request'

/** A source: the gateways of a release's routes, asked one by one. */
export function istioGateway(objects: Objects, routes: readonly KubernetesObject[]): MetricSource {
  const name = routes.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`).join(', ')
  return {
    name: 'the gateways',
    async read(subject, signal) {
      const pods = await gatewayPods(objects, routes, signal)
      if (pods.length === 0) throw failures.NO_GATEWAY({ route: name })
      const answers = await Promise.allSettled(pods.map(pod => readPod(objects.cluster, pod, subject, signal)))
      signal?.throwIfAborted()
      return joined(name, pods, answers)
    },
  }
}

async function gatewayPods(
  objects: Objects,
  routes: readonly KubernetesObject[],
  signal?: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  const bound = new Set(routes.flatMap(gatewaysOf).filter(gateway => gateway !== 'mesh'))
  const selectors = new Set(await Promise.all([...bound].map(gateway => gatewaySelector(objects, gateway, signal))))
  const found = await Promise.all(
    [...selectors].flatMap(labels => (labels ? [objects.list({ apiVersion: 'v1', kind: 'Pod', labels }, signal)] : [])),
  )
  const running = found
    .flatMap(({ items }) => items)
    .filter(pod => (pod.status as { readonly phase?: string } | undefined)?.phase === 'Running')
  return [...new Map(running.map(pod => [pod.metadata.uid, pod])).values()]
}

function gatewaysOf({ metadata, spec }: KubernetesObject): readonly string[] {
  return boundGateways((spec as { readonly gateways?: readonly string[] } | undefined)?.gateways, metadata.namespace ?? '')
}

async function readPod(cluster: Cluster, pod: KubernetesObject, subject: Subject, signal?: AbortSignal): Promise<Level> {
  const { name, namespace = '' } = pod.metadata
  const { status, body } = await cluster.podHttp({ namespace, name }, port, { path }, signal)
  if (status !== 200) throw new Error(`Pod ${namespace}/${name}: ${path} answers ${status}`)
  return levelOf(body, subject)
}

function joined(route: string, pods: readonly KubernetesObject[], answers: readonly PromiseSettledResult<Level>[]): Reading {
  const levels = new Map<string, Level>()
  const silent: string[] = []
  let reason: unknown
  for (const [index, answer] of answers.entries()) {
    const { name, uid = name } = pods[index]?.metadata ?? { name: '' }
    if (answer.status === 'fulfilled') levels.set(uid, answer.value)
    else silent.push(name)
    if (answer.status === 'rejected') reason = answer.reason
  }
  if (reason instanceof Failure && reason.blame !== 'world') throw reason
  if (levels.size === 0)
    throw failures.GATEWAYS_SILENT({ route, reason: reason instanceof Error ? reason.message : String(reason) }, reason)
  return { levels, silent }
}

/** What one gateway has counted of a version, from its metrics' text. */
export function levelOf(text: string, subject: Subject): Level {
  const samples = readSamples(text, prefix).filter(sample => isOf(sample, subject))
  const buckets = new Map<number, number>()
  for (const { name, labels, value } of samples) {
    const bound = readValue(labels['le'] ?? '')
    if (name === duration) buckets.set(bound, (buckets.get(bound) ?? 0) + value)
  }
  const level = samples.filter(({ name }) => name === counted).reduce(addSample, nothing)
  return { ...level, buckets: new Map([...buckets].sort(([a], [b]) => a - b)) }
}

function addSample(level: Level, { labels, value }: Sample): Level {
  const code = Number(labels['response_code'])
  return { ...level, requests: level.requests + value, errors: level.errors + (code >= 500 ? value : 0) }
}

/** As the gateway reports it, not as the pod's own sidecar does. Code 0: the client went away before there was an answer. */
function isOf({ labels }: Sample, { namespace, workload }: Subject): boolean {
  return (
    labels['reporter'] === 'source' &&
    labels['destination_workload'] === workload &&
    labels['destination_workload_namespace'] === namespace &&
    labels['response_code'] !== '0'
  )
}
