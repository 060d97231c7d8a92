// Another team creates a route that Envoy cannot accept. Gateways then refuse the whole of their new configuration, ours with it.
// Nothing that a release writes arrives any more, the way back neither, and the release would blame itself. Before a run Sluice
// refuses and names proxy and words; in a run no step goes on, the canary stays until the way back has really arrived.
import { describe, expect, it } from 'vitest'
import { approval, canaryDeployment, cartSteps, trafficSplit } from '../cart-workflow.ts'
import { look, objectOf, said } from '../preflight-world.ts'
import { asks, atRest, inShop, openCart, openPlane, someone, verdict, virtualServices } from '../story.ts'
import { canaryPods } from '../witness.ts'

it("row 21: a stranger's route makes the gateways refuse everything at 10 %: no step goes on, and its words and its proxy are named", async () => {
  const { world, plane, run, ended } = await openPlane({ settle: 'acknowledged', webhook: false })
  const before = atRest(world)
  const steps = [canaryDeployment(), trafficSplit(10), approval(), trafficSplit(50), approval()]
  const id = await run(cartSteps('2.0.0', { mode: 'acknowledged' }, ...steps), '2.0.0')
  await plane.until(id, asks)
  const rows = ['a', 'b'].map(subset => ({ destination: { host: 'cart-svc', subset }, weight: 0 }))
  const stranger = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: inShop('stranger'),
    spec: { hosts: ['broken.test'], gateways: ['cart-gateway'], http: [{ route: rows }] },
  }
  world.sandbox.apiServer.objects.create(virtualServices, stranger, someone)
  await world.clock.advance(5000)

  await plane.command(id, { do: 'approve', who: 'bob' })
  await plane.until(id, view => view.status === 'returning')
  await world.clock.advance(60_000)
  const stuck = await plane.view(id)
  expect(JSON.stringify(stuck.failure ?? stuck)).toMatch(/istio-ingressgateway-\S+.*rejects|rejects.*istio-ingressgateway/)
  expect(JSON.stringify(stuck)).toContain('WeightedClusters')
  expect(canaryPods(world).length).toBeGreaterThan(0)
  world.sandbox.apiServer.objects.delete(virtualServices, inShop('stranger'))

  expect(await ended(id)).toMatchObject({ status: 'returned', exit: 1 })
  expect(atRest(world)).toBe(before)
  expect(await verdict(world)).toMatchObject({ lost: 0 })
})

describe("row 21: a stranger's broken route makes the gateway refuse everything", () => {
  it('refuses before the first write, and names proxy and words', async () => {
    const world = await openCart({ settle: 'acknowledged', webhook: false })
    const rows = ['a', 'b'].map(subset => ({ destination: { host: 'cart-svc', subset }, weight: 0 }))
    const spec = { hosts: ['broken.test'], gateways: ['cart-gateway'], http: [{ route: rows }] }
    world.sandbox.apiServer.objects.create(virtualServices, objectOf('VirtualService', 'networking.istio.io/v1', 'stranger', spec), someone)
    await world.clock.advance(5000)

    const [found] = said(await look(world), 'REJECTED-ALREADY')
    expect(found).toMatch(/^refuse REJECTED-ALREADY Proxy istio-ingressgateway-\S+: refuses its route configuration already/)
    expect(found).toContain('WeightedClusters')
  })
})
