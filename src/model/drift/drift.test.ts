import { expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { authorName, driftOf, driftText, type Role } from './index.ts'

const rows = (stable: number, canary: number): Json => [
  { destination: { host: 'cart-svc', subset: 'stable' }, weight: stable },
  { destination: { host: 'cart-svc', subset: 'canary' }, weight: canary },
]
const owned = (manager: string, field: string, time: string): Json => ({
  manager,
  operation: 'Update',
  time,
  fieldsV1: { 'f:spec': { [`f:${field}`]: {} } },
})

function route(http: Json, more: Partial<KubernetesObject['metadata']> = {}): KubernetesObject {
  const metadata = { name: 'cart', namespace: 'shop', annotations: { 'sluice.dev/run': 'k3f9.3' }, ...more }
  return { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata, spec: { hosts: ['shop'], http } }
}

const ours = route([{ match: [{ uri: { prefix: '/debug' } }], route: [{ destination: { host: 'debug' } }] }, { route: rows(50, 50) }])
const base: Json = { http: [{ route: [{ destination: { host: 'cart-svc' } }] }] }
const argo = {
  managedFields: [owned('sluice-run', 'hosts', '2026-01-01T00:00:00Z'), owned('argocd-controller', 'http', '2026-01-01T00:01:00Z')],
}

function compare(live: KubernetesObject | undefined, mine: KubernetesObject = ours, role: Role = 'route') {
  return driftOf({ role, base, ours: mine, live, sides: { subsets: ['stable', 'canary'] } })
}

it('finds nothing in what only the server keeps, in our own mark, and in an order that means nothing', () => {
  expect(compare({ ...ours, metadata: { ...ours.metadata, resourceVersion: '7', annotations: { 'sluice.dev/run': 'k3f9.4' } } })).toEqual(
    [],
  )
})

it('calls other weights of ours conflicting, with the three values, who and when', () => {
  const http = [{ match: [{ uri: { prefix: '/debug' } }], route: [{ destination: { host: 'debug' } }] }, { route: rows(0, 100) }]
  const found = compare(route(http as Json, argo as never))

  expect(found.map(({ path, is, ours: was, live }) => [path, is, was, live])).toEqual([
    ['spec.http[every request].route[cart-svc/stable].weight', 'conflicting', 50, 0],
    ['spec.http[every request].route[cart-svc/canary].weight', 'conflicting', 50, 100],
  ])
  expect(found[0]?.by).toEqual({ manager: 'argocd-controller', at: '2026-01-01T00:01:00Z' })
  expect(driftText(found[0]!)).toBe(
    'VirtualService shop/cart: spec.http[every request].route[cart-svc/stable].weight is 0 instead of 50, by argocd-controller',
  )
})

it('calls every change of an entry of the run conflicting, and none of a stranger that is put beside it', () => {
  const entry = { name: 'sluice-route.beta.abc.1', match: [{ headers: { 'x-beta': { exact: 'yes' } } }], route: rows(0, 100) }
  const rest = { route: rows(50, 50) }
  const mine = route([entry, rest] as Json)
  const conflicting = (...http: readonly object[]): readonly string[] =>
    compare(route(http as unknown as Json), mine).flatMap(({ path, is }) => (is === 'conflicting' ? [path] : []))

  expect(conflicting(rest)).toEqual(['spec.http[sluice-route.beta.abc.1]'])
  expect(conflicting({ ...entry, match: [{ headers: { 'x-beta': { exact: 'no' } } }] }, rest)).toHaveLength(2)
  expect(conflicting({ ...entry, timeout: '1s' }, rest)).toEqual(['spec.http[sluice-route.beta.abc.1].timeout'])
  expect(conflicting(entry, { name: 'theirs', route: [{ destination: { host: 'other' } }] }, rest)).toEqual([])
})

it('calls a route that was reset to Git conflicting, and shows what stood there before the run', () => {
  const found = compare(route([{ route: [{ destination: { host: 'cart-svc' } }] }]))

  expect(found.filter(({ is }) => is === 'conflicting').map(({ path }) => path)).toEqual([
    'spec.http[every request].route[cart-svc/stable]',
    'spec.http[every request].route[cart-svc/canary]',
    'spec.http[every request].route[cart-svc]',
  ])
  expect(found.find(({ path }) => path.endsWith('[cart-svc]'))?.base).toEqual({ destination: { host: 'cart-svc' } })
})

it('calls weights of a Service of ours conflicting, whatever the way in which its host is written', () => {
  const split = (canary: string, weight: number) =>
    route([
      {
        route: [
          { destination: { host: 'cart-svc' }, weight: 100 - weight },
          { destination: { host: canary }, weight },
        ],
      },
    ] as unknown as Json)
  const kinds = (canary: string, service: string) =>
    driftOf({ role: 'route', ours: split(canary, 100), live: split(canary, 0), sides: { subsets: [], service } }).map(({ is }) => is)

  expect(kinds('cart-svc-canary', 'cart-svc-canary')).toEqual(['conflicting', 'conflicting'])
  expect(kinds('cart-svc-canary.shop.svc.cluster.local', 'cart-svc-canary')).toEqual(['conflicting', 'conflicting'])
  expect(kinds('others', 'cart-svc-canary')).toEqual(['harmless', 'harmless'])
})

it.each([
  ['another route', [{ name: 'beta', route: [{ destination: { host: 'beta' } }] }, ...(ours.spec as { http: Json[] }).http]],
  ['a timeout of the managed entry', [(ours.spec as { http: Json[] }).http[0], { route: rows(50, 50), timeout: '5s' }]],
])('calls %s harmless', (_, http) => {
  expect(new Set(compare(route(http as Json)).map(({ is }) => is))).toEqual(new Set(['harmless']))
})

it('calls labels harmless, and a deleted object conflicting', () => {
  expect(compare({ ...ours, metadata: { ...ours.metadata, labels: { team: 'a' } } })).toMatchObject([
    { path: 'metadata.labels.team', is: 'harmless' },
  ])
  expect(compare(undefined)).toMatchObject([{ is: 'conflicting', path: 'metadata.name' }])
})

it('knows what it wrote itself', () => {
  const metadata = { managedFields: [owned('sluice-run', 'http', '2026-01-01T00:01:00Z')] }
  const http = [(ours.spec as { http: Json[] }).http[0], { route: rows(25, 75) }]
  expect(new Set(compare(route(http as Json, metadata as never)).map(({ is }) => is))).toEqual(new Set(['ours']))
})

it('holds a later goal of the run, or a field of its own, for what took a field that is gone; else a stranger', () => {
  const workload = (mark: string, spec: object, managedFields: Json = []): KubernetesObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart', namespace: 'shop', annotations: { 'sluice.dev/run': mark }, managedFields: managedFields as never },
    spec,
  })
  const judged = (live: KubernetesObject) =>
    Object.fromEntries(compare(live, workload('k3f9.3', { paused: true, template: { a: 1 } }), 'stable').map(({ path, is }) => [path, is]))
  const rolled = { template: { a: 2 } }

  expect(judged(workload('k3f9.4', { template: { a: 1 } }))).toEqual({ 'spec.paused': 'ours' })
  expect(judged(workload('k3f9.3', rolled, [owned('sluice', 'template', '2026-01-01T00:01:00Z')]))).toEqual({
    'spec.paused': 'ours',
    'spec.template.a': 'ours',
  })
  expect(judged(workload('k3f9.3', { template: { a: 1 } }))).toEqual({ 'spec.paused': 'conflicting' })
  expect(judged(workload('other.4', { template: { a: 1 } }))).toEqual({ 'spec.paused': 'conflicting' })
  expect(judged(workload('k3f9.4', rolled, [owned('kubectl-edit', 'template', '2026-01-01T00:01:00Z')]))).toEqual({
    'spec.paused': 'ours',
    'spec.template.a': 'conflicting',
  })
})

it('judges a rule by our subsets, and workloads by what runs in them', () => {
  const rule = (subsets: Json): KubernetesObject => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { host: 'cart-svc', subsets },
  })
  const mine = rule([{ name: 'canary', labels: { track: 'canary' } }])
  const kinds = (subsets: Json) => compare(rule(subsets), mine, 'rule').map(({ is }) => is)
  expect(kinds([{ name: 'canary', labels: { track: 'other' } }])).toEqual(['conflicting'])
  expect(
    kinds([
      { name: 'canary', labels: { track: 'canary' } },
      { name: 'debug', labels: {} },
    ]),
  ).toEqual(['harmless'])

  const workload = (spec: object): KubernetesObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart' }, spec })
  const judged = (role: Role, spec: object) =>
    compare(workload(spec), workload({ replicas: 4, template: { a: 1 } }), role).map(({ is }) => is)
  expect(judged('stable', { replicas: 9, template: { a: 1 } })).toEqual([])
  expect(judged('canary', { replicas: 0, template: { a: 1 } })).toEqual(['conflicting'])
  expect(judged('stable', { replicas: 4, template: { a: 2 } })).toEqual(['conflicting'])
  expect(judged('stable', { replicas: 4, template: { a: 1 }, minReadySeconds: 5 })).toEqual(['harmless'])
})

it('does not take whoever made the annotations for the one who has taken one out', () => {
  const f = { 'f:metadata': { 'f:annotations': { '.': {} } } }
  const managedFields = [{ manager: 'sluice-run', operation: 'Update', fieldsV1: f }] as never
  const canary = (annotations: Readonly<Record<string, string>>): KubernetesObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'cart-canary', namespace: 'shop', annotations, managedFields },
  })
  const header = { 'nginx.ingress.kubernetes.io/canary-by-header': 'x-beta' }
  const [gone] = compare(canary({}), canary(header))

  expect(gone).toEqual({
    object: 'Ingress shop/cart-canary',
    path: 'metadata.annotations[nginx.ingress.kubernetes.io/canary-by-header]',
    is: 'conflicting',
    ours: 'x-beta',
  })
  expect(authorName(gone!)).toBe('somebody unknown')
})

it('does not take whoever keeps an item of a list for the one who has taken another one out', () => {
  const item = (name: string): Json => ({ '.': {}, [`k:{"name":"${name}"}`]: {} })
  const env = (manager: string, fields: Json) => ({
    manager,
    operation: 'Update',
    time: '2026-01-01T00:00:00Z',
    fieldsV1: { 'f:spec': { 'f:template': { 'f:env': fields } } },
  })
  const cart = (names: readonly string[], managedFields: Json): KubernetesObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart', namespace: 'shop', managedFields: managedFields as never },
    spec: { template: { env: names.map(name => ({ name })) } },
  })
  const by = (fields: Json) => compare(cart(['HASH'], [env('keeper', fields)] as Json), cart(['HASH', 'DEBUG'], []), 'stable')[0]?.by

  expect(by(item('HASH'))).toBe(undefined)
  expect(by({})).toMatchObject({ manager: 'keeper' })
})

it('does not take whom a later goal of the run has given a field back to for the one who has changed it', () => {
  const cart = (mark: string, weight: number, by: string, time: string): KubernetesObject => ({
    ...route([{ route: [{ destination: { host: 'cart-svc', subset: 'stable' }, weight }] }] as Json),
    metadata: {
      name: 'cart-virtualservice',
      namespace: 'shop',
      annotations: { 'sluice.dev/run': mark },
      managedFields: [owned(by, 'http', time)] as never,
    },
  })
  const left = cart('k3f9.3', 100, 'sluice-run', '2026-01-01T00:01:00Z')
  const judged = (live: KubernetesObject) => compare(live, left).map(({ is, by }) => [is, by?.manager])

  expect(judged(cart('k3f9.4', 1, 'kubectl-edit', '2025-01-01T00:00:00Z'))).toEqual([['ours', undefined]])
  expect(judged(cart('k3f9.4', 1, 'kubectl-edit', '2026-01-01T00:01:30Z'))).toEqual([['conflicting', 'kubectl-edit']])
  expect(judged(cart('k3f9.3', 1, 'kubectl-edit', '2025-01-01T00:00:00Z'))).toEqual([['conflicting', undefined]])
})
