import type { KubernetesObject } from '#base/index.ts'
import { findingsOf } from './findings.ts'
import { takeSnapshot, type Found } from './inspect.ts'
import type { Goal } from './goal.ts'
import { objectKey, type Observed, type Run } from './observed.ts'
import type { Manifests, Release } from './release.ts'
import { whichIsWhich } from './which.ts'

/** The release that tests speak of: the seed's manifests for a service `cart` with four pods of 1.0.0, and 2.0.0 to come. */
export const release: Release = {
  execution: 'k3f9',
  name: 'cart',
  service: 'cart',
  namespace: 'shop',
  cluster: {},
  version: '2.0.0',
  manifests: 'hash',
  literals: [],
  subsets: { stable: 'stable', canary: 'canary' },
  settle: { mode: 'auto' },
  drain: 30_000,
  bypass: 'accept',
}

const managed = { 'harness.io/managed': 'true' }
const meta = (name: string, more: object = {}): KubernetesObject['metadata'] => ({ name, namespace: 'shop', ...more })
const istio = 'networking.istio.io/v1alpha3'

export function cartObjects(tag: string): readonly KubernetesObject[] {
  const labels = { app: 'cart' }
  const containers = [{ name: 'cart', image: `ghcr.io/acme/cart:${tag}` }]
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: meta('cart-svc'), spec: { selector: labels, ports: [{ port: 80, name: 'http' }] } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta('cart'),
      spec: { replicas: 4, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    },
    {
      apiVersion: istio,
      kind: 'DestinationRule',
      metadata: meta('cart-destinationrule', { annotations: managed }),
      spec: { host: 'cart-svc', trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } },
    },
    {
      apiVersion: istio,
      kind: 'VirtualService',
      metadata: meta('cart-virtualservice', { annotations: managed }),
      spec: { gateways: ['cart-gateway'], hosts: ['test.com'], http: [{ route: [{ destination: { host: 'cart-svc' } }] }] },
    },
  ]
}

export function manifests(tag = '2.0.0'): Manifests {
  return { objects: cartObjects(tag) as Manifests['objects'], versioned: [] }
}

/** An object as a server would hold it. */
export function live(object: KubernetesObject): KubernetesObject {
  const managedFields = [{ manager: 'kubectl', operation: 'Apply', fieldsV1: { 'f:spec': {} } }]
  return {
    ...object,
    metadata: { ...object.metadata, uid: `uid of ${objectKey(object)}`, resourceVersion: '7', generation: 1, managedFields },
  }
}

function find(objects: readonly KubernetesObject[], kind: string): KubernetesObject {
  const found = objects.find(object => object.kind === kind)
  if (!found) throw new Error(`the example has no ${kind}`)
  return found
}

const owner = ({ apiVersion, kind, metadata }: KubernetesObject) => [
  { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true },
]

/** The ReplicaSet and ready pods of a Deployment. */
export function podsOf(
  deployment: KubernetesObject,
  hash: string,
  count: number,
): { set: KubernetesObject; pods: readonly KubernetesObject[] } {
  const labels = { app: 'cart', 'pod-template-hash': hash }
  const { template } = deployment.spec as { template: object }
  const set = live({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: meta(`cart-${hash}`, { labels, ownerReferences: owner(deployment) }),
    spec: { template },
  })
  const pods = Array.from({ length: count }, (_, i) =>
    live({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: meta(`cart-${hash}-${i}`, { labels, ownerReferences: owner(set) }),
      status: { podIP: `10.0.0.${i + 1}`, conditions: [{ type: 'Ready', status: 'True' }] },
    }),
  )
  return { set, pods }
}

/** What is read before the first write, with version 1.0.0 running. */
export function foundCart(change: Partial<Found> = {}): Found {
  const [service, deployment, rule, route] = cartObjects('1.0.0').map(live)
  const which = whichIsWhich(release, manifests())
  const { set, pods } = podsOf(deployment!, 'h1', 4)
  return {
    readAt: Date.parse('2026-01-01T00:00:00Z'),
    which: { ...which, service: service! },
    routes: [route!],
    rule: rule!,
    stable: deployment!,
    replicaSets: [set],
    pods,
    autoscalers: [],
    leases: [],
    dryRuns: [],
    next: find(cartObjects('2.0.0'), 'Deployment'),
    ...change,
  }
}

export function cartRun(found: Found = foundCart()): Omit<Run, 'number'> {
  return { release, manifests: manifests(), snapshot: takeSnapshot(found, release) }
}

/** Objects as they are before the run. */
export function observedCart(found: Found = foundCart()): Observed {
  const { routes, rule, stable, replicaSets, pods } = found
  return { routes, ...(rule && { rule }), ...(stable && { stable }), replicaSets, pods, leases: [], others: {} }
}

/** Level and code of everything that an inspection finds. */
export const codesOf = (found: Found, more: Partial<Release> = {}, goals: readonly Goal[] = []): readonly string[] =>
  findingsOf(found, { ...release, ...more }, goals).map(({ level, failure }) => `${level} ${failure.code}`)
