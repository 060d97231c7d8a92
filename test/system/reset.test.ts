import { afterEach, expect, it } from 'vitest'
import { CartWorld } from './cart-world.ts'
import { pinned, prepared, reset, returned, split } from './goals.ts'

let world: CartWorld
afterEach(() => world.close())

const key = { namespace: 'shop', name: 'cart' }
const withoutRecord = (objects: readonly unknown[]): string =>
  JSON.stringify(objects.filter(object => (object as { kind: string }).kind !== 'ConfigMap'))
const unavailable = (): unknown => {
  const spec = world.sandbox.apiServer.objects.get('deployments.apps', key)?.spec
  return (spec as { strategy: { rollingUpdate: { maxUnavailable: unknown } } } | undefined)?.strategy.rollingUpdate.maxUnavailable
}

/** A release whose canary has been looked at with half of the users. */
async function tried() {
  world = await CartWorld.open()
  const before = withoutRecord(world.resting())
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  for (const [index, goal] of [pinned, prepared(), split(50)].entries()) await world.reach(release, snapshot, goal, index + 1)
  return { before, release, snapshot }
}

it('turns its roll round where it stands, and leaves the workload as it was', async () => {
  const { before, release, snapshot } = await tried()
  const abort = new AbortController()
  const stop = world.sandbox.apiServer.objects.subscribe('deployments.apps', () => {
    const text = JSON.stringify(world.sandbox.apiServer.objects.get('deployments.apps', key)?.spec)
    if (text.includes('cart:2.0.0')) abort.abort(new Error('aborted'))
  })
  await world.reach(release, snapshot, reset, 4, abort.signal).catch(() => undefined)
  stop()
  expect(unavailable()).toBe(0)

  await world.reach(release, snapshot, returned, 5)

  expect(withoutRecord(world.resting())).toBe(before)
})
