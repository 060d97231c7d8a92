import { afterEach, expect, it } from 'vitest'
import { seededRandom } from '#base/index.ts'
import { CartWorld } from './cart-world.ts'
import { atRest, prepared } from './goals.ts'
import { restored } from './restored.ts'

let world: CartWorld
afterEach(() => world.close())

const lease = (holder: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'sluice-release-cart', namespace: 'shop' },
  spec: { holderIdentity: holder },
})

it('does not take a release back to before a run that is over, while a newer one has only taken the Leases', async () => {
  world = await CartWorld.open()
  const before = JSON.stringify(world.resting())
  world.sandbox.apiServer.objects.create('leases.coordination.k8s.io', lease('newer'), { manager: 'sluice-run' })

  expect(await world.clock.runUntil(restored(world, seededRandom(1)))).toBeUndefined()

  world.sandbox.apiServer.objects.delete('leases.coordination.k8s.io', { namespace: 'shop', name: 'sluice-release-cart' })
  expect(JSON.stringify(world.resting())).toBe(before)
  expect(await world.clock.runUntil(restored(world, seededRandom(1)))).toBeUndefined()
})

it('takes a run back whose host is gone', async () => {
  world = await CartWorld.open()
  const before = JSON.stringify(world.resting().filter(object => (object as { kind: string }).kind !== 'ConfigMap'))
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, { to: 'pinned' }, 1)
  world.forget()

  expect(await world.clock.runUntil(restored(world, seededRandom(1)))).toMatchObject({ is: 'reached' })

  expect(JSON.stringify(world.resting().filter(object => (object as { kind: string }).kind !== 'ConfigMap'))).toBe(before)
})

it('does not go forward again when the host of a run that was taken back comes back', async () => {
  world = await CartWorld.open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, { to: 'pinned' }, 1)
  world.forget()
  await world.clock.runUntil(restored(world, seededRandom(1)))
  const before = JSON.stringify(world.resting())

  for (const goal of [prepared(), atRest])
    await expect(world.reach(release, snapshot, goal, 2)).rejects.toMatchObject({ code: 'SL-RELEASE-RESTORED', blame: 'user' })
  expect(await world.reach(release, snapshot, { to: 'returned', now: false }, 3)).toMatchObject({ is: 'reached' })
  expect(JSON.stringify(world.resting())).toBe(before)
})

it('leaves a template that somebody edited, says so, and gives back everything else, so that nothing is blocked by it', async () => {
  world = await CartWorld.open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, prepared(), 1)
  world.forget()
  const edit = { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } } }
  const cart = { namespace: 'shop', name: 'cart' }
  world.sandbox.apiServer.objects.patch('deployments.apps', cart, edit, { manager: 'kubectl-edit' })

  expect(await world.clock.runUntil(restored(world, seededRandom(1)))).toMatchObject({
    is: 'reached',
    kept: expect.stringContaining('Deployment shop/cart: somebody edited its pod template'),
  })

  const { objects } = world.sandbox.apiServer
  expect(objects.get('deployments.apps', cart)).toMatchObject(edit)
  expect(objects.get('leases.coordination.k8s.io', { namespace: 'shop', name: 'sluice-release-cart' })).toBeUndefined()
  expect(JSON.stringify(world.resting().filter(object => (object as { kind: string }).kind !== 'ConfigMap'))).not.toMatch(
    /sluice.dev\/(goal|mark|run)|cart-canary/,
  )
  const before = JSON.stringify(world.resting())
  expect(await world.reach(release, snapshot, { to: 'returned', now: false, keepEdit: true }, 2)).toMatchObject({ is: 'reached' })
  expect(JSON.stringify(world.resting())).toBe(before)
})

it('does not end a run as done that was taken back while its process stood still at the end', async () => {
  world = await CartWorld.open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, prepared(), 1)

  await world.clock.runUntil(restored(world, seededRandom(1)))

  await expect(world.reach(release, snapshot, atRest, 2)).rejects.toMatchObject({ code: 'SL-RELEASE-RESTORED' })
})
