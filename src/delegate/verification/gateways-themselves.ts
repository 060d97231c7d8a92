import { Failure, type KubernetesObject } from '#base/index.ts'
import { podsOfGateways, type Cluster, type Objects } from '#delegate/kubernetes/index.ts'
import { boundTo } from '#model/preflight/index.ts'
import { failures } from './failures.ts'
import { isWorkload, levelOf, readProxy, type Labels } from './istio-metrics.ts'
import type { Level, MetricSource, Reading, Subject } from './source.ts'

/** The managed routes of a release, and what they are called for people: `VirtualService shop/cart`. */
export interface ManagedRoutes {
  readonly routes: readonly KubernetesObject[]
  readonly namespace: string
  readonly name: string
}

/** A source: the gateways of a release's routes, asked one by one. */
export function gatewaysThemselves(objects: Objects, managed: ManagedRoutes): MetricSource {
  const { name } = managed
  return {
    name: 'the gateways',
    async read(subject, signal) {
      const pods = await gatewayPods(objects, managed, signal)
      if (pods.length === 0) throw failures.NO_GATEWAY({ of: name })
      const answers = await Promise.allSettled(pods.map(pod => readPod(objects.cluster, pod, subject, signal)))
      signal?.throwIfAborted()
      return joined(name, pods, answers)
    },
  }
}

async function gatewayPods(objects: Objects, managed: ManagedRoutes, signal?: AbortSignal): Promise<readonly KubernetesObject[]> {
  const { collections } = await podsOfGateways(objects, boundTo(managed), signal)
  const found = await Promise.all(collections.map(each => objects.list(each, signal)))
  const running = found
    .flatMap(({ items }) => items)
    .filter(pod => (pod.status as { readonly phase?: string } | undefined)?.phase === 'Running')
  return [...new Map(running.map(pod => [pod.metadata.uid, pod])).values()]
}

async function readPod(cluster: Cluster, pod: KubernetesObject, subject: Subject, signal?: AbortSignal): Promise<Level> {
  return levelOf(await readProxy(cluster, pod, signal), isOf(subject))
}

function joined(of: string, pods: readonly KubernetesObject[], answers: readonly PromiseSettledResult<Level>[]): Reading {
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
  if (levels.size === 0) throw failures.GATEWAYS_SILENT({ of, reason: reason instanceof Error ? reason.message : String(reason) }, reason)
  return { levels, silent }
}

/** As the gateway reports it, not as the pod's own sidecar does. */
function isOf({ namespace, workload }: Subject): (labels: Labels) => boolean {
  return labels => labels['reporter'] === 'source' && isWorkload(labels, namespace, workload)
}
