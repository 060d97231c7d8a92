import { afterEach, expect, it } from 'vitest'
import { CartWorld } from './cart-world.ts'
import { canaryRemoved, pinned, prepared, split } from './goals.ts'

let world: CartWorld
afterEach(() => world.close())

/** Milliseconds until the canary is gone that had half of the users, whose requests take `latency`. */
async function removed(latency: number, drain: number): Promise<{ readonly took: number; readonly traffic: unknown }> {
  world = await CartWorld.open({ settle: 'acknowledged', more: { drain }, pods: { latency } })
  const release = world.release('2.0.0', 'second')
  const { snapshot } = await world.inspect(release)
  for (const [index, goal] of [pinned, prepared(), split(50)].entries()) await world.reach(release, snapshot, goal, index + 1)
  world.ledger.start(50)
  await world.clock.advance(latency + 500)
  const began = world.clock.now()
  const { traffic } = await world.reach(release, snapshot, canaryRemoved, 4)
  return { took: world.clock.now() - began, traffic }
}

it('ends a drain when the gateways have no request under way to the side any more, and loses none', async () => {
  expect((await removed(6000, 60_000)).took).toBeLessThan(20_000)
  expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0 })
})

it('counts requests that outlive it', async () => {
  expect((await removed(9000, 4000)).traffic).toMatchObject({ outlived: expect.any(Number) })
})
