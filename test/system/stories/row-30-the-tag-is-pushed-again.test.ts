// Between the canary and the rollout somebody pushes the same tag again. New pods get another image under the name that was
// approved. Users would get code that nobody tried, and everything would look as planned. Sluice compares the image IDs of new pods
// with those of the canary's first ones, gives the other image no traffic, and goes back; a canary pod that is made again meanwhile
// is found as well.
import { describe, expect, it } from 'vitest'
import { TRACK } from '#model/release/index.ts'
import { pinned, prepared, promoted, returned, split } from '../goals.ts'
import { begin, clean, inShop, verdict } from '../story.ts'

describe('row 30: the tag is pushed again between canary and rollout', () => {
  it('gives the other image no traffic and goes back', async () => {
    const { world, reach } = await begin()
    const store = world.sandbox.apiServer.objects
    await reach(pinned, prepared(), split(50))
    world.sandbox.switches.push('ghcr.io/acme/cart:2.0.0')

    await expect(reach(promoted)).rejects.toThrow(/another image/)
    await reach(returned)

    expect(JSON.stringify(store.get('deployments.apps', inShop('cart'))?.spec)).toContain('cart:1.0.0')
    expect(await verdict(world)).toEqual(clean)
  })

  it('is found by the watch when a canary pod is made again while nobody moves anything', async () => {
    const { world, release, snapshot, reach } = await begin()
    const store = world.sandbox.apiServer.objects
    await reach(pinned, prepared(), split(50))
    const found = world.watch(release, snapshot)
    world.sandbox.switches.push('ghcr.io/acme/cart:2.0.0')

    const [pod] = store.list('pods', 'shop').filter(each => each.metadata.labels?.[TRACK] === 'canary')
    store.delete('pods', inShop(pod?.metadata.name ?? ''))

    expect(await world.clock.runUntil(found)).toEqual({
      found: 'imagesDiffer',
      side: 'canary',
      says: 'Deployment shop/cart-canary: a new pod has another image than its first ones: the tag was pushed again',
    })
  })
})
