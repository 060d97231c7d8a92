// The route that a release splits is bound to a gateway; callers inside the mesh, a NodePort or another route go straight to the
// Service. "Canary 0 %" is not true for them: they get the new version by its share of pods, as soon as it has one. Sluice lists
// those ways before the run, refuses them where the release says so, and with a Service for the canary alone they get none of it.
import { expect, it } from 'vitest'
import type { Json } from '#base/index.ts'
import { lateMesh, type CartWorld } from '../cart-world.ts'
import { pinned, prepared, split } from '../goals.ts'
import { levels, look } from '../preflight-world.ts'
import { begin, beginOn, destinationRules, inShop, openCart, someone, virtualServices } from '../story.ts'

it('row 3: a caller that bypasses the route gets the canary by its pods; with a Service of its own it gets none', async () => {
  const inside = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: inShop('inside'),
    spec: { gateways: ['cart-gateway'], hosts: ['inside.com'], http: [{ route: [{ destination: { host: 'cart-svc' } }] }] },
  }
  const bypassed = async (isolate: boolean): Promise<number> => {
    const world = await openCart({ more: { isolate } })
    world.sandbox.apiServer.objects.create('virtualservices.networking.istio.io', inside, someone)
    await world.clock.advance(1000)
    const { findings } = await world.inspect(world.release('2.0.0', 'k3f9'))
    expect(findings.map(({ code }) => code).includes('SL-PREFLIGHT-BYPASSED')).toBe(!isolate)
    const { reach } = await beginOn(world, {}, { hosts: ['inside.com'] })
    await reach(pinned, prepared(100))
    await world.clock.advance(10_000)
    return (await world.clock.runUntil(world.ledger.stop())).byVersion['2.0.0'] ?? 0
  }

  expect(await bypassed(false)).toBeGreaterThan(100)
  expect(await bypassed(true)).toBe(0)
})

it('row 3: warns of the ways past the route, and writes nothing', async () => {
  const world = await openCart({ settle: 'acknowledged' })
  const before = everything(world)

  expect(levels(await look(world))).toEqual(['warn BYPASSED'])
  expect(levels(await look(world, { bypass: 'refuse' }))).toEqual(['refuse BYPASSED'])
  expect(everything(world)).toBe(before)
})

/** Everything in the cluster, as text: nothing may be written by looking. */
function everything(world: CartWorld): string {
  const store = world.sandbox.apiServer.objects
  const resources = [virtualServices, destinationRules, 'deployments.apps', 'configmaps', 'leases.coordination.k8s.io']
  return JSON.stringify(resources.map(resource => store.list(resource, 'shop')))
}

it('row 3: a canary with a Service of its own never has a pod behind the stable one', async () => {
  const { world, reach } = await begin({ ...lateMesh(11), more: { isolate: true } })

  await reach(pinned, prepared(), split(50))

  const behind = (name: string): number =>
    world.sandbox.apiServer.objects
      .list('endpointslices.discovery.k8s.io', 'shop')
      .filter(slice => slice.metadata.labels?.['kubernetes.io/service-name'] === name)
      .flatMap(slice => (slice['endpoints'] ?? []) as readonly Json[]).length
  expect([behind('cart-svc'), behind('cart-svc-canary')]).toEqual([4, 2])
})
