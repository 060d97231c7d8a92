import { seededRandom, VirtualClock, type KubernetesObject } from '#base/index.ts'
import type { ApiResponse } from './request.ts'
import { createApiServer, type ApiServer, type ApiServerOptions } from './server.ts'
import type { Status } from './status.ts'

const types = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const

/** A server in virtual time, and the few requests that tests make of it. */
export interface TestServer {
  readonly api: ApiServer
  readonly clock: VirtualClock
  send(method: string, path: string, body?: unknown, contentType?: string): ApiResponse
  /** Creates by POST to the collection; fails the test if that fails. */
  create(path: string, body: object, manager?: string): KubernetesObject
  get(path: string): KubernetesObject
  patch(type: keyof typeof types, path: string, body: unknown, query?: string): ApiResponse
}

export function testServer(options: Partial<ApiServerOptions> = {}): TestServer {
  const clock = new VirtualClock()
  const api = createApiServer({ clock, random: seededRandom(1), ...options })
  const send: TestServer['send'] = (method, path, body, contentType) =>
    api.handle({
      method,
      path,
      headers: { 'user-agent': 'test/1' },
      ...(contentType ? { contentType } : {}),
      ...(body === undefined ? {} : { body }),
    })
  const must = (response: ApiResponse): KubernetesObject => {
    if (response.status >= 300) throw new Error(`${response.status} ${(response.body as Status).message}`)
    return response.body as KubernetesObject
  }
  return {
    api,
    clock,
    send,
    create: (path, body, manager) => must(send('POST', manager ? `${path}?fieldManager=${manager}` : path, body)),
    get: path => must(send('GET', path)),
    patch: (type, path, body, query = '') => send('PATCH', `${path}${query ? `?${query}` : ''}`, body, types[type]),
  }
}

/** The words of a refusal. */
export const messageOf = (response: ApiResponse): string => (response.body as Status).message ?? ''

/** Who owns what: `manager operation subresource?` to FieldsV1. */
export function owners(object: KubernetesObject): Readonly<Record<string, unknown>> {
  const entries = (object.metadata.managedFields ?? []) as unknown as readonly {
    readonly manager: string
    readonly operation: string
    readonly subresource?: string
    readonly fieldsV1: unknown
  }[]
  return Object.fromEntries(entries.map(e => [[e.manager, e.operation, e.subresource].filter(Boolean).join(' '), e.fieldsV1]))
}

export const configMaps = '/api/v1/namespaces/default/configmaps'
export const deployments = '/apis/apps/v1/namespaces/default/deployments'
export const virtualServices = '/apis/networking.istio.io/v1/namespaces/default/virtualservices'

/** A Deployment as people write it. */
export const deployment = (name: string, spec: object = {}, container: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'web:1', ...container }] } },
    ...spec,
  },
})

export const virtualService = (name: string, rows: readonly (readonly [subset: string | undefined, weight?: number])[]) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name },
  spec: {
    hosts: [name],
    http: [
      {
        route: rows.map(([subset, weight]) => ({
          destination: { host: name, ...(subset ? { subset } : {}) },
          ...(weight === undefined ? {} : { weight }),
        })),
      },
    ],
  },
})
