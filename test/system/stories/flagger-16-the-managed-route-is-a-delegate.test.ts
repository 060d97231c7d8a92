// A platform team owns the root VirtualService of the host; it delegates a path to the service's own one. The root is not the
// service's to write. Sluice splits the delegate, users get the new version through both, and the root stays byte for byte.
import { describe, expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { lateMesh, type CartWorldOptions } from '../cart-world.ts'
import { wholeCanary } from '../goals.ts'
import { beginOn, clean, inShop, openCart, virtualServices } from '../story.ts'

describe("flagger 16: the managed route is a delegate of a colleague's root", () => {
  const root: KubernetesObject = {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'VirtualService',
    metadata: inShop('root'),
    spec: {
      gateways: ['cart-gateway'],
      hosts: ['test.com'],
      http: [{ match: [{ uri: { prefix: '/' } }], delegate: { name: 'cart-virtualservice', namespace: 'shop' } }],
    } as unknown as Json,
  } as KubernetesObject
  const delegated: CartWorldOptions = {
    ...lateMesh(41),
    change: objects =>
      objects.map(object =>
        object.kind === 'VirtualService' ? { ...object, spec: { http: [{ route: [{ destination: { host: 'cart-svc' } }] }] } } : object,
      ),
  }

  it('only the delegate is written; the root stays byte for byte', async () => {
    const world = await openCart(delegated)
    const store = world.sandbox.apiServer.objects
    store.create(virtualServices, root, { manager: 'platform' })
    const kept = JSON.stringify(store.get(virtualServices, inShop('root')))
    await world.clock.advance(5000)
    const { reach, witness } = await beginOn(world)

    await reach(...wholeCanary)

    expect(witness.course(({ route: rows }) => rows)).toContain('canary 50, stable 50')
    expect(JSON.stringify(store.get(virtualServices, inShop('root')))).toBe(kept)
    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(tally).toMatchObject(clean)
    expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
  })
})
