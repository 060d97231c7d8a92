import { Failure } from '#base/index.ts'
import { ApiError, type ApiRequest, type ApiResponse, type ObjectStore } from '#sandbox/api-server/index.ts'
import type { PodHttp, PodName } from './pod-http.ts'

const path = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/(?:https?:)?([^/:]+)(?::(\d+))?:?\/proxy(\/.*|\?.*)?$/

/** The API server's way to pods: `/api/v1/namespaces/NAMESPACE/pods/NAME:PORT/proxy/PATH`. Undefined for every other request. */
export function podProxy(store: ObjectStore, pods: PodHttp): (request: ApiRequest) => Promise<ApiResponse> | undefined {
  return request => {
    const found = path.exec(request.path)
    if (!found) return undefined
    const [, namespace = '', name = '', port = '80', rest = '/'] = found
    const pod = { namespace: decodeURIComponent(namespace), name: decodeURIComponent(name) }
    if (!store.get('pods', pod)) return Promise.resolve(refusal(404, 'NotFound', `pods "${pod.name}" not found`))
    return ask(pods, { pod, port: Number(port), path: rest.startsWith('/') ? rest : `/${rest}` }, request)
  }
}

interface Target {
  readonly pod: PodName
  readonly port: number
  readonly path: string
}

async function ask(pods: PodHttp, { pod, port, path: to }: Target, request: ApiRequest): Promise<ApiResponse> {
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
  const body = typeof request.body === 'string' ? { body: request.body } : {}
  try {
    const answer = await pods(pod, port, { method: request.method, path: to, headers, ...body })
    return { ...answer, warnings: [] }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return refusal(503, 'ServiceUnavailable', `error trying to reach service: ${error.message}`)
  }
}

function refusal(code: number, reason: string, message: string): ApiResponse {
  const { status } = new ApiError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code })
  return { status: code, headers: { 'content-type': 'application/json' }, body: status, warnings: [] }
}
