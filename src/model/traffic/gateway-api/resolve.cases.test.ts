import { expect } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { casesFile, casesOf, type Case } from '../../../../test/cases.ts'
import { isParent } from './attachment.ts'
import { isGatewayApi, namespaceOf, type GatewayRoute, type KubernetesGateway, type ReferenceGrant } from './objects.ts'
import { gatewayRoutingTable, type GatewayResolution, type GatewayRoutingConfig } from './resolve.ts'

interface Expected {
  readonly status: readonly number[]
  readonly backend?: { readonly service: string; readonly namespace: string }
  readonly redirect?: { readonly scheme?: string; readonly host?: string; readonly port?: string; readonly path?: string }
  readonly upstream?: {
    readonly path?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly absentHeaders?: readonly string[]
  }
  readonly mirroredTo?: readonly { readonly backendRef: { readonly name: string; readonly namespace: string }; readonly percent?: number }[]
  readonly responseHeaders?: Readonly<Record<string, string>>
  readonly responseAbsentHeaders?: readonly string[]
  readonly backendSetsResponseHeaders?: Readonly<Record<string, string>>
}

interface Suite extends Case {
  readonly manifests: readonly KubernetesObject[]
  readonly requests: readonly {
    readonly request: {
      readonly method: string
      readonly host?: string
      readonly path: string
      readonly headers?: Readonly<Record<string, string>>
    }
    readonly expect: Expected
  }[]
}

interface WeightSuite extends Case {
  readonly manifests: readonly KubernetesObject[]
  readonly distribution: Readonly<Record<string, number>>
}

const file = 'routing-httproute-conformance.json'
const base = (casesFile(file) as { readonly meta: { readonly baseManifests: readonly KubernetesObject[] } } | undefined)?.meta.baseManifests

casesOf<Suite>(file, {
  list: 'suites',
  run({ id, manifests, requests }) {
    const config = configOf(manifests)
    // Between its requests this suite deletes the grant.
    const later = id === 'gwapi-httproute-reference-grant' ? { ...config, grants: [] } : config
    for (const [index, { request, expect: expected }] of requests.entries())
      expectAnswer(ask(index === 0 ? config : later, manifests, request, index), request, expected)
  },
})

casesOf<WeightSuite>(file, {
  list: 'weightSuites',
  run({ manifests, distribution }) {
    const resolution = ask(configOf(manifests), manifests, { method: 'GET', path: '/' }, 0)
    if (resolution.is !== 'routed') throw new Error(`not routed: ${resolution.is}`)
    const shares = Object.fromEntries(resolution.backends.map(({ ref, share }) => [ref.name, share]))
    for (const [name, share] of Object.entries(distribution)) expect(shares[name] ?? 0).toBeCloseTo(share)
  },
})

function configOf(manifests: readonly KubernetesObject[]): GatewayRoutingConfig {
  const all = [...(base ?? []), ...manifests]
  const namespaces = new Map(all.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => [metadata.name, metadata.labels ?? {}]))
  return {
    gateways: all.filter(object => isGatewayApi(object, 'Gateway')) as KubernetesGateway[],
    routes: all.filter(object => isGatewayApi(object, 'HTTPRoute')) as GatewayRoute[],
    grants: all.filter(object => isGatewayApi(object, 'ReferenceGrant')) as ReferenceGrant[],
    services: all
      .filter(({ kind }) => kind === 'Service')
      .map(({ metadata, spec }) => ({
        host: `${metadata.name}.${metadata.namespace}.svc.cluster.local`,
        ports: (spec as { readonly ports: readonly { readonly port: number }[] }).ports.map(({ port }) => port),
      })),
    namespaceLabels: name => namespaces.get(name) ?? {},
  }
}

type AskedRequest = Suite['requests'][number]['request']

/** Asks the gateways of the suite's routes, one after the other; the first that knows the request answers. */
function ask(
  config: GatewayRoutingConfig,
  manifests: readonly KubernetesObject[],
  request: AskedRequest,
  index: number,
): GatewayResolution {
  const resolutions = gatewaysOf(config, manifests, request, index).map(gateway => askAt(gateway, config, request))
  const knows = (one: GatewayResolution): boolean => one.is === 'routed' || (one.is === 'answered' && one.by !== 'no-route')
  return resolutions.find(knows) ?? { is: 'unknown-host' }
}

function askAt(gateway: KubernetesGateway, config: GatewayRoutingConfig, { host = 'example.test', headers, ...rest }: AskedRequest) {
  const [listener] = gateway.spec.listeners ?? []
  const scheme = listener?.protocol === 'HTTPS' ? 'https' : 'http'
  return gatewayRoutingTable(
    { ...config, gateways: [gateway] },
    listener?.port ?? 80,
  )({ ...rest, host, scheme, headers: lowerCase(headers) })
}

function gatewaysOf(
  config: GatewayRoutingConfig,
  manifests: readonly KubernetesObject[],
  { path }: AskedRequest,
  index: number,
): readonly KubernetesGateway[] {
  const routes = manifests.filter(object => isGatewayApi(object, 'HTTPRoute')) as readonly GatewayRoute[]
  const parents = routes.flatMap(route =>
    config.gateways.filter(gateway => (route.spec.parentRefs ?? []).some(ref => isParent(ref, namespaceOf(route), gateway))),
  )
  const gateways = [...new Set(parents)]
  if (!path.startsWith('/scheme-') || gateways.length !== 3) return gateways
  // Six requests of this suite go to port 80, three to 8080, the others to 443.
  return [gateways[index < 6 ? 0 : index < 9 ? 1 : 2] as KubernetesGateway]
}

function lowerCase(headers: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function expectAnswer(resolution: GatewayResolution, { path }: AskedRequest, expected: Expected): void {
  expect(statusOf(resolution)).toBe(expected.status[0])
  if (expected.redirect && resolution.is === 'answered') expectRedirect(resolution.answer.headers['location'] ?? '', expected.redirect)
  if (resolution.is !== 'routed') return
  const [backend] = resolution.backends
  const { service, namespace } = expected.backend ?? {}
  if (service) expect({ service: backend?.ref.name, namespace: backend?.ref.namespace ?? namespace }).toEqual({ service, namespace })
  expectUpstream(backend?.upstream, { path, ...expected.upstream })
  expectResponse(backend, expected)
  const mirrored = resolution.mirrors.map(({ to, share }) => ({
    name: to.is === 'service' ? to.host.split('.')[0] : to.reason,
    percent: Math.round(share * 100),
  }))
  expect(mirrored).toEqual((expected.mirroredTo ?? []).map(({ backendRef, percent = 100 }) => ({ name: backendRef.name, percent })))
}

function statusOf(resolution: GatewayResolution): number {
  if (resolution.is === 'unknown-host') return 404
  if (resolution.is === 'answered') return resolution.answer.status
  return resolution.backends[0]?.to.is === 'service' ? 200 : 500
}

function expectUpstream(
  upstream: { readonly path: string; readonly headers: Readonly<Record<string, string>> } | undefined,
  { path, headers, absentHeaders = [] }: NonNullable<Expected['upstream']>,
): void {
  expect(upstream?.path).toBe(path)
  expect(upstream?.headers).toMatchObject(lowerCase(headers))
  for (const name of absentHeaders) expect(upstream?.headers).not.toHaveProperty(name.toLowerCase())
}

function expectRedirect(location: string, { scheme, host, port = '', path }: NonNullable<Expected['redirect']>): void {
  const url = new URL(location)
  expect(url.port).toBe(port)
  if (scheme) expect(url.protocol).toBe(`${scheme}:`)
  if (host) expect(url.hostname).toBe(host)
  if (path) expect(url.pathname).toBe(path)
}

function expectResponse(
  backend: { responseHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> } | undefined,
  { backendSetsResponseHeaders, responseHeaders, responseAbsentHeaders = [] }: Expected,
): void {
  const seen = backend?.responseHeaders(lowerCase(backendSetsResponseHeaders)) ?? {}
  expect(seen).toMatchObject(lowerCase(responseHeaders))
  for (const name of responseAbsentHeaders) expect(seen).not.toHaveProperty(name.toLowerCase())
}
