// The canary has one pod, and the next step gives it three quarters of the users. One pod would fall over; some tools refuse the
// step, some let it fall. Sluice scales the canary to its share before it gets the weight. A number of pods that somebody fixed is
// kept.
import { describe, expect, it } from 'vitest'
import { pinned, prepared, split } from '../goals.ts'
import { at, begin, clean, inShop, verdict } from '../story.ts'

describe('row 25: one canary pod and a step of 75 %', () => {
  it('scales the canary to its share before it gets the weight', async () => {
    const { world, reach } = await begin()
    const store = world.sandbox.apiServer.objects
    await reach(pinned, prepared(), split(75))

    expect(at(store.get('deployments.apps', inShop('cart-canary')), 'replicas')).toBe(3)
    expect(await verdict(world)).toEqual(clean)
  })

  it('keeps a count that the user fixed', async () => {
    const { world, reach } = await begin()
    const store = world.sandbox.apiServer.objects
    await reach(pinned, prepared(25, true), split(75, true))

    expect(at(store.get('deployments.apps', inShop('cart-canary')), 'replicas')).toBe(1)
  })
})
