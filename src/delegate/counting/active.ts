import type { KubernetesObject } from '#base/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'

/** Envoy's own page of its upstream hosts; served on the pod's localhost only, which is what a port-forward reaches. */
const admin = { port: 15_000, path: '/clusters' }

/** `outbound|80|canary|cart.shop.svc.cluster.local::10.244.1.7:8080::rq_active::3` */
const line = /^(.+?)::(\d+\.\d+\.\d+\.\d+|\[[^\]]+\]):(\d+)::rq_active::(\d+)$/

/**
 * How many requests a proxy waits for an answer to, at each address it may send to, streams among them. Undefined where its page says nothing
 * of requests: whoever answered is no Envoy that tells.
 */
export function activeRequests(text: string): ReadonlyMap<string, number> | undefined {
  const active = new Map<string, number>()
  for (const row of text.split('\n')) {
    const [, , address = '', , count = ''] = line.exec(row) ?? []
    if (address === '') continue
    const plain = address.replace(/^\[|\]$/g, '')
    active.set(plain, (active.get(plain) ?? 0) + Number(count))
  }
  return active.size === 0 ? undefined : active
}

/** The same of one pod; undefined where it does not tell. */
export async function readActive(
  cluster: Cluster,
  pod: KubernetesObject,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number> | undefined> {
  const { name, namespace = '' } = pod.metadata
  const { status, body } = await cluster.podHttp({ namespace, name }, admin.port, { path: admin.path }, signal)
  return status === 200 ? activeRequests(body) : undefined
}
