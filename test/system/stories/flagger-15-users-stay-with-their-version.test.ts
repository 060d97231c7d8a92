// A user who has seen the new version comes back and gets the old one, with other pages and other data. With sticky users a cookie
// keeps everybody on the version that they drew, while the share of the new one rises; where it falls they are drawn anew. When the
// run goes back they go back with everybody, whatever their cookie says.
import { describe, expect, it } from 'vitest'
import { lateMesh, type CartWorldOptions } from '../cart-world.ts'
import { pinned, prepared, returned, split } from '../goals.ts'
import { begin, cookies, resting, versions } from '../told-apart-world.ts'

describe('flagger 15: sticky users', () => {
  const options: CartWorldOptions = { ...lateMesh(64), more: { sticky: { cookie: 'cart-version', maxAge: 3600 } } }

  it('stay on the canary while its share rises, and are drawn anew when it falls', async () => {
    const { world, reach } = await begin(options)
    await reach(pinned, prepared(), split(20))
    const drawn = await cookies(world)
    expect([...drawn.keys()].toSorted()).toEqual(['1.0.0', '2.0.0'])
    const ofCanary = { cookie: drawn.get('2.0.0') ?? '' }

    expect(await versions(world, ofCanary)).toEqual(new Set(['2.0.0']))
    expect(await versions(world, { cookie: drawn.get('1.0.0') ?? '' })).toEqual(new Set(['1.0.0']))
    await reach(split(40))
    expect(await versions(world, ofCanary)).toEqual(new Set(['2.0.0']))
    await reach(split(80))
    expect(await versions(world, ofCanary)).toEqual(new Set(['2.0.0']))

    await reach(split(10))
    expect(await versions(world, ofCanary)).toContain('1.0.0')
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  })

  it('go back with everybody', async () => {
    const { world, before, reach } = await begin({ ...options, seed: 65 })
    await reach(pinned, prepared(), split(20))
    const cookie = (await cookies(world)).get('2.0.0') ?? ''
    await reach(returned)

    expect(await versions(world, { cookie })).toEqual(new Set(['1.0.0']))
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before)
  })
})
