import { seededRandom, VirtualClock, type KubernetesObject } from '#base/index.ts'
import { createSandbox, type Forwarded, type Sandbox, type SandboxOptions } from '#sandbox/index.ts'

const by = { manager: 'test' }

/** A sandbox in virtual time with a Deployment `cart` (version 1, in several replicas) behind a Service, a Gateway, and what a test adds. */
export interface Shop {
  readonly clock: VirtualClock
  readonly sandbox: Sandbox
  apply(object: KubernetesObject): KubernetesObject
  remove(kind: string, name: string): void
  scale(deployment: string, replicas: number): void
  list(resource: string): readonly KubernetesObject[]
  /** Moves the clock until the condition holds. */
  until(what: string, holds: () => boolean): Promise<void>
  /** One request through a gateway, answered at once or as the clock moves. */
  send(path?: string, headers?: Readonly<Record<string, string>>): Promise<Forwarded>
  /** What a promise resolves to; the clock moves only where the promise needs it to. */
  settle<T>(promise: Promise<T>): Promise<T>
  /** So many requests, one each `gap` milliseconds; tallied. */
  load(requests: number, gap?: number): Promise<Tally>
  stop(): void
}

/** What requests got: `v1`, `v2`, … for a pod's answer, else status and flags: `503 UH`. */
export type Tally = Readonly<Record<string, number>>

export const resourceOf: Readonly<Record<string, string>> = {
  Deployment: 'deployments.apps',
  Service: 'services',
  Gateway: 'gateways.networking.istio.io',
  VirtualService: 'virtualservices.networking.istio.io',
  DestinationRule: 'destinationrules.networking.istio.io',
}

export async function openShop(
  options: Partial<SandboxOptions> & { readonly seed?: number; readonly versions?: readonly string[]; readonly replicas?: number } = {},
): Promise<Shop> {
  const { seed = 1, versions = ['1'], replicas = 2, ...rest } = options
  const clock = new VirtualClock()
  const sandbox = createSandbox({ clock, random: seededRandom(seed), pods: { latency: 0 }, ...rest })
  const store = sandbox.apiServer.objects
  await clock.runUntil(sandbox.start())
  const shop: Shop = {
    clock,
    sandbox,
    apply: object => apply(sandbox, object),
    remove: (kind, name) => store.delete(resourceOf[kind] ?? '', { namespace: 'shop', name }),
    scale: (name, count) => void store.patch('deployments.apps', { namespace: 'shop', name }, { spec: { replicas: count } }, by),
    list: resource => store.list(resource, 'shop'),
    async until(what, holds) {
      const end = clock.now() + 600_000
      while (!holds()) if (!(await clock.step(end))) throw new Error(`never came true: ${what}`)
    },
    send: (path = '/', headers = {}) => {
      const request = { method: 'GET', path, headers: { host: 'shop.example.com', ...headers } }
      const [gateway] = sandbox.gateways()
      if (!gateway) throw new Error('no gateway runs')
      return shop.settle(gateway.send(request))
    },
    settle: promise => settle(clock, promise),
    load: (requests, gap = 1) => load(shop, requests, gap),
    stop: () => sandbox.stop(),
  }
  store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, by)
  for (const object of [service(), gateway(), ...versions.map(version => deployment(version, replicas))]) shop.apply(object)
  await shop.until('all pods are ready', () => shop.list('deployments.apps').every(isRolledOut))
  await clock.advance(1000)
  return shop
}

function apply(sandbox: Sandbox, object: KubernetesObject): KubernetesObject {
  const store = sandbox.apiServer.objects
  const resource = resourceOf[object.kind] ?? ''
  const present = store.get(resource, { namespace: 'shop', name: object.metadata.name })
  const metadata = { ...object.metadata, namespace: 'shop' }
  if (!present) return store.create(resource, { ...object, metadata }, by)
  const { resourceVersion = '' } = present.metadata
  return store.update(resource, { ...object, metadata: { ...metadata, resourceVersion } }, by)
}

async function load(shop: Shop, requests: number, gap: number): Promise<Tally> {
  const tally: Record<string, number> = {}
  const all: Promise<void>[] = []
  const [gateway] = shop.sandbox.gateways()
  const request = { method: 'GET', path: '/', headers: { host: 'shop.example.com' } }
  for (let n = 0; n < requests; n++) {
    const sent = gateway?.send(request).then(verdict, () => 'no answer') ?? Promise.resolve('no gateway')
    all.push(sent.then(name => void (tally[name] = (tally[name] ?? 0) + 1)))
    if (gap > 0) await shop.clock.advance(gap)
  }
  await shop.settle(Promise.all(all))
  return tally
}

export function verdict({ answer, flags, by: who }: Forwarded): string {
  return who === 'pod' ? `v${answer.headers['x-version']}` : `${answer.status} ${flags}`
}

async function settle<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let settled = false
  const mark = (): void => void (settled = true)
  promise.then(mark, mark)
  await new Promise(resolve => setImmediate(resolve))
  return settled ? promise : clock.runUntil(promise)
}

/** The share of one outcome, in percent. */
export function share(tally: Tally, name: string): number {
  const total = Object.values(tally).reduce((sum, count) => sum + count, 0)
  return ((tally[name] ?? 0) * 100) / total
}

export function isRolledOut(object: KubernetesObject): boolean {
  const { spec, status } = object as unknown as { spec: { replicas?: number }; status?: Record<string, number> }
  const wanted = spec.replicas ?? 1
  const counts = ['replicas', 'updatedReplicas', 'availableReplicas'].map(name => status?.[name] ?? 0)
  return status?.['observedGeneration'] === object.metadata.generation && counts.every(count => count === wanted)
}

/** Deployment `cart-v1` and so on, each with its version as a label. */
export function deployment(version: string, replicas = 2, spec: object = {}): KubernetesObject {
  const labels = { app: 'cart', version }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `cart-v${version}`, namespace: 'shop' },
    spec: {
      replicas,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: `acme/cart:${version}` }] } },
      ...spec,
    },
  }
}

export function service(): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cart-svc', namespace: 'shop' },
    spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }] },
  }
}

export function gateway(): KubernetesObject {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'cart-gateway', namespace: 'shop' },
    spec: { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] },
  }
}

/** A row of a route: subset (or none), weight (or none), host. */
export interface Row {
  readonly subset?: string
  readonly weight?: number
  readonly host?: string
}

export function virtualService(rows: readonly Row[], name = 'cart', extra: object = {}): KubernetesObject {
  const route = rows.map(({ subset, weight, host = 'cart-svc' }) => ({
    destination: { host, ...(subset ? { subset } : {}), port: { number: 80 } },
    ...(weight === undefined ? {} : { weight }),
  }))
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name, namespace: 'shop' },
    spec: { hosts: ['shop.example.com'], gateways: ['cart-gateway'], http: [{ route, ...extra }] },
  }
}

/** Subsets `v1`, `v2`, … by the label `version`. */
export function destinationRule(versions: readonly string[]): KubernetesObject {
  const subsets = versions.map(version => ({ name: `v${version}`, labels: { version } }))
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { host: 'cart-svc', subsets },
  }
}
