import { afterEach, describe, expect, it } from 'vitest'
import { canonicalJson, seededRandom, type Json, type KubernetesObject } from '#base/index.ts'
import { byHand, change } from './by-hand.ts'
import { cartManifests, CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import { restored } from './restored.ts'
import { host, nginx } from './nginx-world.ts'

/** Milliseconds that a change may take to the last worker. */
const late = 4500

let world: CartWorld
let plane: ControlPlane
let before: string
afterEach(async () => {
  await plane.close()
  await world.close()
})

async function start(seed: number): Promise<string> {
  world = await CartWorld.open({ ...nginx, seed, change, more: { blueGreen: true } })
  plane = new ControlPlane(world)
  before = withoutRecord()
  const { workflow: whole, applied } = byHand(late)
  world.ledger.start(20, [host], () => world.sandbox.nginx())
  return plane.start(whole, '2.0.0', {}, applied, change(cartManifests('2.0.0', 4)))
}

const withoutRecord = (): string =>
  canonicalJson(world.resting().filter(object => (object as { kind: string }).kind !== 'ConfigMap') as Json)
const images = (): string => JSON.stringify(world.sandbox.apiServer.objects.list('deployments.apps', 'shop').map(({ spec }) => spec))
const canary = (): KubernetesObject | undefined =>
  world.sandbox.apiServer.objects.get('ingresses.networking.k8s.io', { namespace: 'shop', name: 'cart-stage' })

describe('blue/green with a canary Ingress that apply steps write', () => {
  it('moves users 25, 50, all, and away from the stage Service again: no request lost, none wrong', async () => {
    const id = await start(101)
    const shares: number[] = []
    await plane.until(id, view => view.question?.step === 'canary/deploy/5')
    shares.push(world.ledger.tally().byVersion['2.0.0'] ?? 0)
    await plane.command(id, { do: 'approve', who: 'bob' })

    const view = await plane.until(id, each => each.ended !== undefined)

    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(view).toMatchObject({ status: 'done', exit: 0 })
    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(shares[0]).toBeGreaterThan(50)
    expect(images()).toContain('cart:2.0.0')
    expect(images()).not.toContain('cart:1.0.0')
    expect(canary()?.metadata.annotations).toMatchObject({ 'nginx.ingress.kubernetes.io/canary-weight': '0' })
  })

  it('an abort at 50 % takes the Ingress back first, and the new pods only when no request comes to them', async () => {
    const id = await start(102)
    await plane.until(id, view => view.question?.step === 'canary/deploy/5')
    await plane.command(id, { do: 'abort', now: false, who: 'bob', why: 'test' })

    const view = await plane.until(id, each => each.ended !== undefined)

    await world.clock.advance(5000)
    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(view).toMatchObject({ status: 'returned', exit: 1 })
    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(canary()).toBeUndefined()
    expect(withoutRecord()).toBe(before)
  })

  it('row 14: where the staged pods are lost during the approval, everybody goes back, the Ingress first', async () => {
    const id = await start(104)
    await plane.until(id, view => view.question?.step === 'canary/deploy/5')
    const staged = world.sandbox.apiServer.objects.list('pods', 'shop').filter(({ metadata }) => metadata.name.startsWith('cart-canary'))
    expect(staged.length).toBeGreaterThan(0)
    const began = world.clock.now()
    world.sandbox.switches.capacity(0)
    for (const { metadata } of staged) world.sandbox.apiServer.objects.delete('pods', { namespace: 'shop', name: metadata.name })

    await plane.until(id, view => view.status === 'returning')
    expect(world.clock.now() - began).toBeLessThanOrEqual(1000)
    const view = await plane.until(id, each => each.ended !== undefined)

    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(view).toMatchObject({ status: 'returned', exit: 1 })
    expect(view.failure?.message).toContain(
      'Ingress shop/cart-stage sends requests to Service shop/cart-svc-stage, and no pod of Deployment shop/cart-canary behind it is ready',
    )
    // Lost: at most what half of 50 requests a second met until every worker had heard of the Ingress, which the way back takes no time for.
    expect(tally.wrongVersion).toBe(0)
    expect(tally.lost).toBeLessThan((50 / 2) * (late / 1000 + 1))
    expect(canary()).toBeUndefined()
    expect(withoutRecord()).toBe(before)
  })

  it('a restore at 50 %, when the host is gone for good, takes the Ingress back first, too', async () => {
    const id = await start(103)
    await plane.until(id, view => view.question?.step === 'canary/deploy/5')
    await plane.close()

    expect(await world.clock.runUntil(restored(world, seededRandom(1)))).toMatchObject({ is: 'reached' })

    await world.clock.advance(5000)
    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(canary()).toBeUndefined()
    expect(withoutRecord()).toBe(before)
  })
})
