import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom, type KubernetesObject } from '#base/index.ts'
import { routerOf, type Beside, type Ours, type Outcome, type Row, type Router } from '#model/traffic/index.ts'
import type { IngressNginxOptions, NginxForwarded } from '#sandbox/index.ts'
import { serveSandbox } from '#sandbox/serve.ts'
import { openShop, share, type Shop, type Tally } from './shop.ts'

const opened: Shop[] = []
afterEach(() => opened.splice(0).forEach(shop => shop.stop()))

const by = { manager: 'test' }
const resources: Readonly<Record<string, string>> = { Service: 'services', Ingress: 'ingresses.networking.k8s.io' }
const annotation = (name: string): string => `nginx.ingress.kubernetes.io/canary${name}`

const service = (name: string, version: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { selector: { app: 'cart', version }, ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }] },
})

function ingress(name: string, to: string, annotations: Readonly<Record<string, string>> = {}): KubernetesObject {
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service: { name: to, port: { number: 80 } } } }]
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', annotations },
    spec: { ingressClassName: 'nginx', rules: [{ host: 'shop.example.com', http: { paths } }] },
  }
}

const main = ingress('cart', 'cart-stable')
const ours: Ours = { stable: { host: 'cart-stable' }, canary: { host: 'cart-canary' }, atRest: [] }
const router = routerOf(main) as Router & { readonly beside: Beside }

const rows = (weight: number): readonly Row[] => [
  { to: 'stable', weight: 100 - weight },
  { to: 'canary', weight },
]

function canary(weight: number, more: Readonly<Record<string, string>> = {}): KubernetesObject {
  const made = value(router.writeSplit(value(router.beside.make(main, ours, [])), ours, rows(weight)))
  return { ...made, metadata: { ...made.metadata, annotations: { ...made.metadata.annotations, ...more } } }
}

function value<T>(outcome: Outcome<T>): T {
  if (outcome.is === 'refused') throw new Error(JSON.stringify(outcome.problem))
  return outcome.value
}

function put(shop: Shop, object: KubernetesObject): void {
  const store = shop.sandbox.apiServer.objects
  const resource = resources[object.kind] ?? ''
  const present = store.get(resource, { namespace: 'shop', name: object.metadata.name })
  const { resourceVersion = '' } = present?.metadata ?? {}
  if (present) store.update(resource, { ...object, metadata: { ...object.metadata, resourceVersion } }, by)
  else store.create(resource, object, by)
}

/** A shop behind ingress-nginx, with a main Ingress to version 1 and a Service for version 2, seen by all workers. */
async function open(options: IngressNginxOptions = {}): Promise<Shop> {
  const shop = await openShop({ versions: ['1', '2'], nginx: options })
  opened.push(shop)
  for (const object of [service('cart-stable', '1'), service('cart-canary', '2'), main]) put(shop, object)
  await shop.clock.advance(10_000)
  return shop
}

function send(shop: Shop, headers: Readonly<Record<string, string>> = {}, pod = 0): Promise<NginxForwarded> {
  const proxy = shop.sandbox.nginx()[pod]
  if (!proxy) throw new Error('no ingress-nginx runs')
  return shop.settle(proxy.send({ method: 'GET', path: '/', headers: { host: 'shop.example.com', ...headers } }))
}

const verdict = ({ answer, by: who }: NginxForwarded): string => (who === 'pod' ? `v${answer.headers['x-version']}` : String(answer.status))

async function load(shop: Shop, requests: number): Promise<Tally> {
  const tally: Record<string, number> = {}
  for (let n = 0; n < requests; n++) {
    const name = verdict(await send(shop))
    tally[name] = (tally[name] ?? 0) + 1
  }
  return tally
}

describe('requests through ingress-nginx', () => {
  it('are split by the weight of a canary Ingress: 90 and 10 of 3,000; the main Ingress is not touched', async () => {
    const shop = await open()
    expect(await load(shop, 100)).toEqual({ v1: 100 })
    put(shop, canary(10))
    await shop.clock.advance(10_000)
    const tally = await load(shop, 3000)
    expect(Object.keys(tally).toSorted()).toEqual(['v1', 'v2'])
    // Four standard deviations of the binomial: sqrt(0.1 × 0.9 / 3000) is 0.55 points.
    expect(Math.abs(share(tally, 'v2') - 10)).toBeLessThan(2.2)
    put(shop, canary(50, { [annotation('-weight-total')]: '1000' }))
    await shop.clock.advance(10_000)
    expect(Math.abs(share(await load(shop, 2000), 'v2') - 5)).toBeLessThan(2)
  })

  it('follow a write when the controller has looked again and the workers have: each pod in its own time', async () => {
    const late = [200, 900]
    let turn = 0
    const shop = await open({ replicas: 2, syncDelay: () => 10, syncInterval: 3000, workerDelay: () => late[turn++ % 2] ?? 0 })
    put(shop, canary(0))
    await shop.clock.advance(10_000)
    put(shop, canary(100))
    const first = shop.clock.now()
    const arrival = [0, 0]
    while (arrival.includes(0)) {
      for (const pod of [0, 1])
        if (arrival[pod] === 0 && verdict(await send(shop, {}, pod)) === 'v2') arrival[pod] = shop.clock.now() - first
      await shop.clock.advance(1)
    }
    expect(arrival.toSorted((a, b) => a - b).map(at => Math.round(at / 10) * 10)).toEqual([210, 910])
    // The next write waits for the controller's interval.
    put(shop, canary(0))
    const second = shop.clock.now()
    while (verdict(await send(shop)) === 'v2') await shop.clock.advance(1)
    expect(shop.clock.now() - first).toBeGreaterThan(3000)
    expect(shop.clock.now() - second).toBeLessThan(4000)
  })

  it('never go back to what was seen before, though it arrives later', async () => {
    const late = [5000, 10]
    let turn = 0
    const shop = await open({ syncInterval: 100, workerDelay: () => late[turn++] ?? 10 })
    put(shop, canary(0))
    await shop.clock.advance(20_000)
    turn = 0
    put(shop, canary(50))
    await shop.clock.advance(200)
    put(shop, canary(100))
    await shop.clock.advance(200)
    expect(await load(shop, 20)).toEqual({ v2: 20 })
    await shop.clock.advance(6000)
    expect(await load(shop, 20)).toEqual({ v2: 20 })
  })

  it('header goes before cookie before weight', async () => {
    const shop = await open()
    put(shop, canary(0, { [annotation('-by-header')]: 'X-Canary', [annotation('-by-cookie')]: 'beta' }))
    await shop.clock.advance(10_000)
    expect(verdict(await send(shop, { 'x-canary': 'always' }))).toBe('v2')
    expect(verdict(await send(shop, { cookie: 'beta=always' }))).toBe('v2')
    expect(verdict(await send(shop, { 'x-canary': 'never', cookie: 'beta=always' }))).toBe('v1')
    expect(verdict(await send(shop))).toBe('v1')
  })

  it('a canary without pods gets nothing, and nobody is lost; a main Service without pods answers 503 for all', async () => {
    const shop = await open()
    put(shop, canary(100))
    await shop.clock.advance(10_000)
    expect(await load(shop, 50)).toEqual({ v2: 50 })
    shop.scale('cart-v2', 0)
    await shop.clock.advance(10_000)
    expect(await load(shop, 50)).toEqual({ v1: 50 })
    shop.scale('cart-v2', 1)
    shop.scale('cart-v1', 0)
    await shop.clock.advance(10_000)
    expect(await load(shop, 50)).toEqual({ '503': 50 })
  })

  it('hosts that nobody has get 404; pods that are gone before nginx knows are tried around', async () => {
    const shop = await open({ syncInterval: 60_000 })
    expect(verdict(await send(shop, { host: 'elsewhere.org' }))).toBe('404')
    await shop.clock.advance(60_000)
    shop.scale('cart-v1', 1)
    await shop.clock.advance(2000)
    shop.scale('cart-v1', 0)
    await shop.clock.advance(2000)
    expect(Object.keys(await load(shop, 20))).toEqual(['502'])
  })

  it('an Ingress of another class is not routed; one of its own gets the address', async () => {
    const shop = await open()
    const other = ingress('other', 'cart-canary')
    put(shop, { ...other, spec: { ...(other.spec as object), ingressClassName: 'traefik', rules: [{ host: 'other.org' }] } })
    await shop.clock.advance(10_000)
    expect(verdict(await send(shop, { host: 'other.org' }))).toBe('404')
    const found = shop.list('ingresses.networking.k8s.io')
    expect(found.find(({ metadata }) => metadata.name === 'other')?.status).not.toHaveProperty('loadBalancer.ingress')
    expect(found.find(({ metadata }) => metadata.name === 'cart')?.status).toMatchObject({
      loadBalancer: { ingress: [{ ip: expect.stringMatching(/^10\./) }] },
    })
  })
})

describe('a canary Ingress', () => {
  it('comes, takes its share step by step and goes again; nobody is lost, and the main Ingress is what it was', async () => {
    const shop = await open()
    const store = shop.sandbox.apiServer.objects
    const key = { namespace: 'shop', name: router.beside.name('cart') }
    const read = (): KubernetesObject => store.get('ingresses.networking.k8s.io', key) as KubernetesObject
    const before = store.get('ingresses.networking.k8s.io', { namespace: 'shop', name: 'cart' })
    const tally: Record<string, number> = {}
    const pass = async (milliseconds: number): Promise<void> => {
      const end = shop.clock.now() + milliseconds
      while (shop.clock.now() < end) {
        const name = verdict(await send(shop))
        tally[name] = (tally[name] ?? 0) + 1
        await shop.clock.advance(20)
      }
    }
    put(shop, canary(0))
    await pass(5000)
    expect(tally).toEqual({ v1: tally['v1'] })
    for (const weight of [50, 100, 0]) {
      put(shop, value(router.writeSplit(read(), ours, rows(weight))))
      expect(value(router.readSplit(read(), ours))[0]?.rows).toMatchObject([{ percent: 100 - weight }, { percent: weight }])
      await pass(5000)
    }
    store.delete('ingresses.networking.k8s.io', key)
    shop.scale('cart-v2', 0)
    await pass(5000)
    expect(Object.keys(tally).toSorted()).toEqual(['v1', 'v2'])
    expect(store.get('ingresses.networking.k8s.io', { namespace: 'shop', name: 'cart' })).toEqual(before)
  })
})

describe('with sockets', () => {
  it('ingress-nginx has a port of the machine beside the gateway', async () => {
    const served = await serveSandbox({ random: seededRandom(1), nginx: { syncInterval: 0 } })
    try {
      const answer = await fetch(`http://127.0.0.1:${served.nginxPort}/`)
      expect([answer.status, answer.headers.get('x-answered-by')]).toEqual([404, 'proxy'])
      expect(served.nginxPort).not.toBe(served.gatewayPort)
    } finally {
      await served.close()
    }
  })
})
