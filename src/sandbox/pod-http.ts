import { Failure } from '#base/index.ts'
import { administrator, isAllowed, type Access, type ObjectStore } from '#sandbox/api-server/index.ts'
import { fromLocalhost, NoAnswer, podAddress, type PodRuntime } from '#sandbox/pods/index.ts'

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

/** Speaks HTTP to a port of a pod, as through a port-forward. Rejects with a Failure blamed on the world where nothing answers. */
export type PodHttp = (pod: PodName, port: number, request: PodHttpRequest, signal?: AbortSignal) => Promise<PodHttpResponse>

export interface PodName {
  readonly namespace: string
  readonly name: string
}

/** `access` says who may open a port-forward. */
export function podHttp(store: ObjectStore, runtime: PodRuntime, access: Access): PodHttp {
  return async (pod, port, { method = 'GET', path, headers = {}, body }, signal) => {
    signal?.throwIfAborted()
    const right = { user: administrator, verb: 'create', group: '', resource: 'pods/portforward', ...pod }
    if (!isAllowed(access, right)) throw forbidden(pod)
    const ip = podAddress(store.get('pods', pod))
    const name = `${pod.namespace}/${pod.name}`
    if (ip === undefined) throw unreachable(name, port, 'there is no such pod, or it has no address yet')
    try {
      const answer = await runtime.send(
        { ip, port },
        { method, path, headers: { ...headers, [fromLocalhost]: 'yes' }, ...(body === undefined ? {} : { body }) },
        signal,
      )
      return { status: answer.status, headers: answer.headers, body: textOf(answer.body) }
    } catch (error) {
      throw error instanceof NoAnswer ? unreachable(name, port, error.message, error) : error
    }
  }
}

export function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
}

/** With the code by which every way to a cluster tells this (it stands in the table of the port that this fits). */
export function unreachable(pod: string, port: number, reason: string, cause?: unknown): Failure {
  const message = `Pod ${pod}: port ${port} in the sandbox cannot be reached: ${reason}`
  const todo = 'Look at the pod: it may have just ended.'
  return new Failure({ code: 'SL-KUBERNETES-POD-UNREACHABLE', blame: 'world', message, todo, facts: { pod, port, reason } }, cause)
}

function forbidden({ namespace, name }: PodName): Failure {
  const resource = 'pods/portforward'
  const message = `Pod ${namespace}/${name}: we may not create ${resource} in namespace ${namespace} (cluster sandbox)`
  const facts = { cluster: 'sandbox', about: `Pod ${namespace}/${name}`, verb: 'create', resource, namespace, words: message }
  return new Failure({ code: 'SL-KUBERNETES-FORBIDDEN', blame: 'user', message, todo: 'Give the right to it.', facts })
}
