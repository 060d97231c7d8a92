// A cluster that is full: the way back needs no room that the canary has.
import { describe, expect, it } from 'vitest'
import { pinned, prepared, returned, split } from './goals.ts'
import { begin, clean, inShop, verdict } from './story.ts'
import { lookAt, stablePods } from './witness.ts'

describe('no node takes an old pod again, for the canary has its place', () => {
  const full = async (lost: number) => {
    const story = await begin({ gap: 100 })
    await story.reach(pinned, prepared(), split(50))
    const { objects } = story.world.sandbox.apiServer
    const old = stablePods(story.world)
    story.world.sandbox.switches.capacity(objects.list('pods').length - lost)
    for (const { metadata } of old.slice(0, lost)) objects.delete('pods', inShop(metadata.name))
    await story.world.clock.advance(60_000)
    expect(lookAt(story.world).ready['1.0.0']).toBe(4 - lost)
    return story
  }

  it('the way back takes everybody to those that are there, the canary goes, and the old pod has its place', async () => {
    const { world, reach } = await full(1)

    expect(await reach(returned)).toMatchObject({ is: 'reached' })

    await world.clock.advance(60_000)
    expect(lookAt(world)).toMatchObject({ route: 'cart-svc 100', canary: 'none' })
    expect(await verdict(world)).toEqual(clean)
  })

  it('where too few are there, they carry what they can, it says why, and --now takes everybody all the same', async () => {
    const { world, release, snapshot } = await full(3)
    const gaveUp = new AbortController()
    world.clock.after(120_000, () => gaveUp.abort(new Error('long enough')))

    await expect(world.reach(release, snapshot, returned, 4, gaveUp.signal)).rejects.toThrow('long enough')
    expect(world.told.at(-1)?.says).toMatch(/1 of 4 carry 25 % \(Pod shop.cart-.*Too many pods/)
    expect(await world.reach(release, snapshot, { to: 'returned', now: true }, 5)).toMatchObject({ is: 'reached' })

    expect(lookAt(world)).toMatchObject({ route: 'cart-svc 100', canary: 'none' })
    expect((await verdict(world)).wrongVersion).toBe(0)
  })
})
