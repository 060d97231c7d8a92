import { afterEach, describe, expect, it } from 'vitest'
import { objectName, seededRandom, type KubernetesObject } from '#base/index.ts'
import { objectsOf, type Cluster } from '#delegate/kubernetes/index.ts'
import { gatewaysThemselves, measure } from '#delegate/verification/index.ts'
import { sourceContract } from '#delegate/verification/source.contract.ts'
import { destinationRule, openShop, virtualService, type Row, type Shop } from '../sandbox/shop.ts'

const opened: Shop[] = []
afterEach(() => opened.splice(0).forEach(shop => shop.stop()))

async function open(rows: readonly Row[], options: Parameters<typeof openShop>[0] = {}): Promise<Shop> {
  const shop = await openShop({ versions: ['1', '2'], ...options })
  opened.push(shop)
  shop.apply(destinationRule(['1', '2']))
  shop.apply(virtualService(rows))
  await shop.clock.advance(2000)
  return shop
}

function sourceOf({ sandbox, clock }: Shop) {
  const objects = objectsOf(sandbox.cluster as Cluster, { clock, random: seededRandom(1) })
  return gatewaysThemselves(objects, managed(virtualService([{ subset: 'v1' }])))
}

const managed = (route: KubernetesObject) => ({ routes: [route], namespace: 'shop', name: objectName(route) })

const second = { namespace: 'shop', workload: 'cart-v2' }

sourceContract('the gateways of a route in the sandbox', async () => {
  const shop = await open([{ subset: 'v2' }])
  const { clock } = shop
  return {
    source: sourceOf(shop),
    subject: second,
    async send(requests, errors) {
      shop.sandbox.switches.pods({ version: '2' }, { errors: errors > 0 ? 100 : 0 })
      await shop.load(requests)
    },
    async sendElsewhere(requests) {
      shop.sandbox.switches.pods({ version: '1' }, { errors: 100 })
      shop.apply(virtualService([{ subset: 'v1' }]))
      await clock.advance(1000)
      await shop.load(requests)
    },
    run: promise => clock.runUntil(promise),
    close: () => Promise.resolve(),
  }
})

describe('a check of a version in the sandbox', () => {
  const half: readonly Row[] = [
    { subset: 'v1', weight: 50 },
    { subset: 'v2', weight: 50 },
  ]

  /** Measures version 2 under 100 requests per second. */
  async function check(shop: Shop, criteria: { errorRate?: number; latency?: { percentile: number; max: number } }) {
    const { clock } = shop
    const verdict = measure(sourceOf(shop), second, { over: 10_000, minRequests: 50, ...criteria }, { clock })
    let over = false
    const done = verdict.finally(() => (over = true))
    while (!over) await shop.load(10, 10)
    return done
  }

  it('is good for a version that answers well, and bad for one that answers errors', async () => {
    const shop = await open(half)
    expect(await check(shop, { errorRate: 0.01 })).toMatchObject({ verdict: 'good', errors: 0 })
    shop.sandbox.switches.pods({ version: '2' }, { errors: 50 })
    const before = shop.clock.now()
    expect(await check(shop, { errorRate: 0.01 })).toMatchObject({ verdict: 'bad' })
    expect(shop.clock.now() - before, 'called early').toBeLessThan(10_000)
  })

  it('sees a version that is slow', async () => {
    const shop = await open(half)
    expect(await check(shop, { latency: { percentile: 99, max: 100 } })).toMatchObject({ verdict: 'good' })
    shop.sandbox.switches.pods({ version: '2' }, { latency: 400 })
    expect(await check(shop, { latency: { percentile: 99, max: 100 } })).toMatchObject({ verdict: 'bad' })
  })

  it('has too few requests where the version has no share', async () => {
    const shop = await open([{ subset: 'v1' }])
    expect(await check(shop, { errorRate: 0.01 })).toMatchObject({ verdict: 'fewRequests', requests: 0 })
  })

  it('goes on counting when a gateway begins anew', async () => {
    const shop = await open(half)
    const gateway = shop.sandbox.gateways()[0]?.peer.id.split('.')[0] ?? ''
    shop.clock.after(5000, () => shop.sandbox.switches.crash({ namespace: 'istio-system', name: gateway }))
    const { verdict, requests } = await check(shop, { errorRate: 0.01 })
    expect(verdict).toBe('good')
    expect(requests).toBeGreaterThan(100)
  })

  it('fails where no gateway serves the route', async () => {
    const shop = await open(half)
    const objects = objectsOf(shop.sandbox.cluster as Cluster, { clock: shop.clock, random: seededRandom(1) })
    const inTheMesh = gatewaysThemselves(objects, managed({ ...virtualService(half), spec: { hosts: ['cart-svc'] } }))
    await expect(shop.clock.runUntil(inTheMesh.read(second))).rejects.toMatchObject({ code: 'SL-VERIFICATION-NO-GATEWAY', blame: 'user' })
  })
})
