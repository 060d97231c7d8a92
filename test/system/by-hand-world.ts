import { onTestFinished } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { byHand, change } from './by-hand.ts'
import { cartManifests } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import { host, nginx } from './nginx-world.ts'
import { inShop, openCart } from './story.ts'
import { resting } from './told-apart-world.ts'

/** Milliseconds that a change may take to the last worker of ingress-nginx. */
const late = 4500

/** The blue/green run whose apply steps write a canary Ingress, under load, where a person is asked at 50 %. */
export async function openByHand(seed: number) {
  const world = await openCart({ ...nginx, seed, change, more: { blueGreen: true } })
  const plane = new ControlPlane(world)
  onTestFinished(() => plane.close())
  const before = resting(world)
  const { workflow, applied } = byHand(late)
  world.ledger.start(20, [host], () => world.sandbox.nginx())
  const id = await plane.start(workflow, '2.0.0', {}, applied, change(cartManifests('2.0.0', 4)))
  await plane.until(id, view => view.question?.step === 'canary/deploy/5')
  const canary = (): KubernetesObject | undefined =>
    world.sandbox.apiServer.objects.get('ingresses.networking.k8s.io', inShop('cart-stage'))
  return { world, plane, id, before, canary, late }
}
