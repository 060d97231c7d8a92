import { afterEach, describe, expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { step } from '#control-plane/executions/pretended.contract.ts'
import { byGatewayApi } from './by-gateway-api.ts'
import { approval, bySeconds, cartSteps, cartWorkflow } from './cart-workflow.ts'
import { cartManifests, CartWorld, type CartWorldOptions } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import { withoutMesh } from './without-mesh.ts'

// Somebody else writes to an HTTPRoute, or turns a Service, while the run waits for a person.

const late = 400
let world: CartWorld
let plane: ControlPlane
let id: string
afterEach(async () => {
  await plane.close()
  await world.close()
})

type Change = NonNullable<CartWorldOptions['change']>

async function open(change: Change, workflow: ReturnType<typeof cartWorkflow>, more: CartWorldOptions['more'] = {}): Promise<void> {
  world = await CartWorld.open({ late, change, more })
  plane = new ControlPlane(world)
  id = await plane.start(workflow, '2.0.0', {}, {}, change(cartManifests('2.0.0', 4)))
  world.ledger.start(20)
  await plane.until(id, view => view.question !== undefined)
}

const read = (resource: string, name: string): Json =>
  (world.sandbox.apiServer.objects.get(resource, { namespace: 'shop', name })?.spec ?? null) as Json
const edit = (resource: string, name: string, spec: Json, manager = 'kubectl-edit'): void =>
  void world.sandbox.apiServer.objects.patch(resource, { namespace: 'shop', name }, { spec }, { manager })
const clean = { lost: 0, wrongVersion: 0, trouble: [] }

describe('an HTTPRoute', () => {
  const resource = 'httproutes.gateway.networking.k8s.io'
  const weighted = (stable: number, canary: number): Json => ({
    rules: [
      {
        backendRefs: [
          { name: 'cart-svc', port: 80, weight: stable },
          { name: 'cart-svc-canary', port: 80, weight: canary },
        ],
      },
    ],
  })

  it('with other weights gets ours back at once; the steps stand still, and the three ways and the author are told', async () => {
    await open(byGatewayApi, cartWorkflow('2.0.0', bySeconds(late)))
    const before = read(resource, 'cart')
    edit(resource, 'cart', weighted(20, 80))
    await world.clock.advance(2000)

    expect(read(resource, 'cart')).toEqual(before)
    expect(await plane.log(id)).toContainEqual(expect.stringMatching(/the steps stand still: .*by kubectl-edit.*put back/))
    const [found] = (await plane.drift(id)).found
    expect(found).toMatchObject({ putBack: true })
    expect(found?.drift).toContainEqual(
      expect.objectContaining({
        object: 'HTTPRoute shop/cart',
        is: 'conflicting',
        ours: 10,
        live: 80,
        by: expect.objectContaining({ manager: 'kubectl-edit' }) as object,
      }),
    )
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject(clean)
  })

  it('a second time is a loop: everybody is taken back', async () => {
    await open(byGatewayApi, cartWorkflow('2.0.0', bySeconds(late)))
    edit(resource, 'cart', weighted(20, 80))
    await world.clock.advance(2000)
    await plane.command(id, { do: 'answer', answer: 'retry', who: 'bob' })
    await world.clock.advance(2000)
    edit(resource, 'cart', weighted(20, 80))

    const view = await plane.until(id, each => each.ended !== undefined)

    expect(view).toMatchObject({ status: 'returned', failure: { code: 'SL-EXECUTION-DRIFT-LOOP' } })
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0 })
  })
})

describe("the canary's Service", () => {
  const clusterIps = (spec: Json): Json => ({ ...(spec as object), clusterIP: undefined, clusterIPs: undefined }) as never

  it.each([
    ['deleted', () => void world.sandbox.apiServer.objects.delete('services', { namespace: 'shop', name: 'cart-svc-canary' })],
    ['led elsewhere', () => edit('services', 'cart-svc-canary', { selector: { app: 'nobody' } })],
  ])('is put back at once where it is %s', async (_, change) => {
    await open(byGatewayApi, cartWorkflow('2.0.0', bySeconds(late)))
    const before = read('services', 'cart-svc-canary')
    change()
    await world.clock.advance(2000)

    expect(clusterIps(read('services', 'cart-svc-canary'))).toEqual(clusterIps(before))
    expect((await plane.drift(id)).found[0]).toMatchObject({
      putBack: true,
      drift: [{ object: 'Service shop/cart-svc-canary', is: 'conflicting' }],
    })
    await plane.command(id, { do: 'answer', answer: 'retry', who: 'bob' })
    await world.clock.advance(2000)
    await plane.command(id, { do: 'approve', who: 'bob' })
    expect(await plane.until(id, view => view.ended !== undefined)).toMatchObject({ status: 'done' })
  })
})

describe('a Service that blue/green turns', () => {
  const blueGreen = (...steps: readonly ReturnType<typeof step>[]) => ({
    ...cartSteps('2.0.0', bySeconds(late), ...steps),
    strategy: 'blueGreen' as const,
  })
  const swapped = blueGreen(step('stageDeployment', {}), step('swapServices', {}), approval())
  const staged = blueGreen(step('stageDeployment', {}), approval(), step('swapServices', {}))
  const selector = (): unknown => (read('services', 'cart-svc') as { readonly selector?: unknown }).selector
  const images = (): string =>
    JSON.stringify(
      (world.sandbox.apiServer.objects.list('deployments.apps', 'shop') as readonly KubernetesObject[]).map(({ spec }) => spec),
    )

  it.each([
    ['to the old version', { app: 'cart' }],
    ['to nobody', { app: 'nobody' }],
  ])('is turned again where somebody turns it %s, and that is told', async (_, other) => {
    await open(withoutMesh, swapped, { blueGreen: true })
    expect(selector()).toEqual({ app: 'cart-canary' })
    edit('services', 'cart-svc', { selector: other })
    await world.clock.advance(2000)

    expect(selector()).toEqual({ app: 'cart-canary' })
    expect((await plane.drift(id)).found[0]).toMatchObject({
      putBack: true,
      drift: [
        {
          object: 'Service shop/cart-svc',
          path: 'spec.selector.app',
          is: 'conflicting',
          base: 'cart',
          ours: 'cart-canary',
          live: other.app,
          by: { manager: 'kubectl-edit' },
        },
      ],
    })
  })

  it('turned to the staged pods before the swap is turned back', async () => {
    await open(withoutMesh, staged, { blueGreen: true })
    edit('services', 'cart-svc', { selector: { app: 'cart-canary' } })
    await world.clock.advance(2000)

    expect(selector()).toEqual({ app: 'cart' })
    expect((await plane.drift(id)).found[0]).toMatchObject({ putBack: true })
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0 })
  })

  it('turned to nobody a second time: the run goes back, and the Service leads to the old version', async () => {
    await open(withoutMesh, swapped, { blueGreen: true })
    edit('services', 'cart-svc', { selector: { app: 'nobody' } })
    await world.clock.advance(2000)
    await plane.command(id, { do: 'answer', answer: 'retry', who: 'bob' })
    await world.clock.advance(2000)
    edit('services', 'cart-svc', { selector: { app: 'nobody' } })

    const view = await plane.until(id, each => each.ended !== undefined)

    expect(view).toMatchObject({ status: 'returned', failure: { code: 'SL-EXECUTION-DRIFT-LOOP' } })
    expect(selector()).toEqual({ app: 'cart' })
    expect(images()).not.toContain('cart:2.0.0')
  })
})
