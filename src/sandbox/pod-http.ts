import type { KubernetesObject } from '#base/index.ts'
import type { ObjectStore } from '#sandbox/api-server/index.ts'
import { NoAnswer, type PodRuntime } from '#sandbox/pods/index.ts'

export interface PodHttpRequest {
  /** GET where it is left out. */
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface PodHttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Speaks HTTP to a port of a pod, as through a port-forward. Rejects with NoAnswer where nothing answers. */
export type PodHttp = (
  pod: { readonly namespace: string; readonly name: string },
  port: number,
  request: PodHttpRequest,
  signal?: AbortSignal,
) => Promise<PodHttpResponse>

export function podHttp(store: ObjectStore, runtime: PodRuntime): PodHttp {
  return async (pod, port, { method = 'GET', path, headers = {}, body }, signal) => {
    signal?.throwIfAborted()
    const ip = addressOf(store.get('pods', pod))
    if (ip === undefined) throw new NoAnswer({ ip: `${pod.namespace}/${pod.name}`, port }, 'refused')
    const answer = await runtime.send({ ip, port }, { method, path, headers, ...(body === undefined ? {} : { body }) }, signal)
    return {
      status: answer.status,
      headers: answer.headers,
      body: typeof answer.body === 'string' ? answer.body : Buffer.from(answer.body).toString('utf8'),
    }
  }
}

function addressOf(pod: KubernetesObject | undefined): string | undefined {
  return (pod?.status as { readonly podIP?: string } | undefined)?.podIP
}
