// A run changes objects in its own name while it goes on. At rest each belongs to whom it belonged to: an owner that stays behind would make the
// user's next `kubectl apply --server-side` of another value a conflict.
import { afterEach, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { ResolvedWorkflow } from '#model/workflow/index.ts'
import { autoscalerOf, autoscalers } from './autoscaling.ts'
import { approval, bySeconds, canaryDelete, canaryDeployment, cartSteps, rolloutDeployment, trafficSplit } from './cart-workflow.ts'
import { CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'

const late = 400
let world: CartWorld
let plane: ControlPlane
afterEach(async () => {
  await plane.close()
  await world.close()
})

async function open(): Promise<void> {
  world = await CartWorld.open({ late })
  plane = new ControlPlane(world)
  world.sandbox.apiServer.objects.create(autoscalers, autoscalerOf('cart', 1), { manager: 'kubectl-create' })
  await world.clock.advance(5000)
}

const workflow = (): ResolvedWorkflow =>
  cartSteps('2.0.0', bySeconds(late), canaryDeployment(), trafficSplit(50), approval(), rolloutDeployment(), canaryDelete())

/** Who owns what of the spec, by object. */
const owners = (resource: string): readonly (readonly string[])[] => world.sandbox.apiServer.objects.list(resource, 'shop').map(ownersOf)

function ownersOf({ metadata }: KubernetesObject): readonly string[] {
  const entries = (metadata.managedFields ?? []) as unknown as readonly { readonly manager: string; readonly fieldsV1: Owned }[]
  return entries.flatMap(({ manager, fieldsV1: { 'f:spec': spec } }) => (spec ? [`${manager}: ${JSON.stringify(spec)}`] : []))
}
interface Owned {
  readonly 'f:spec'?: object
}
const resources = [
  'deployments.apps',
  'services',
  'virtualservices.networking.istio.io',
  'destinationrules.networking.istio.io',
  autoscalers,
]

it.each([
  ['goes on to its end', 'done'],
  ['is aborted', 'returned'],
] as const)('belongs to whom it belonged to once a run %s; the floor too, which was raised meanwhile', async (_, way) => {
  await open()
  const before = resources.map(owners)
  const id = await plane.start(workflow(), '2.0.0')
  await plane.until(id, ({ question }) => question !== undefined)
  expect(owners(autoscalers)).toEqual([expect.arrayContaining(['sluice-run: {"f:minReplicas":{}}'])])

  await plane.command(id, way === 'returned' ? { do: 'abort', now: false, who: 'ada' } : { do: 'approve', who: 'ada' })
  const view = await plane.until(id, ({ ended }) => ended !== undefined)

  expect(view.status).toBe(way)
  expect(resources.map(owners)).toEqual(before)
})
