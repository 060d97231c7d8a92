// Testers carry a header and are to see the new version while nobody else does; then a part of everybody joins them. Those with the
// header must get the new version always, the others as the split says, and nobody an error when the canary goes. Sluice puts an
// entry of its own before the route, counts its requests as meant, follows a promotion, and takes it away before the canary.
import { describe, expect, it } from 'vitest'
import type { Goal } from '#model/release/index.ts'
import { lateMesh, type CartWorld } from '../cart-world.ts'
import { atRest, beta, canaryRemoved, mirror, pinned, prepared, promoted, returned, split } from '../goals.ts'
import { ask, begin, entries, resting, versions } from '../told-apart-world.ts'

const noBeta: Goal = { to: 'headerRoute', name: 'beta', match: [], fixed: false }

describe('argo 12, flagger 14: requests that carry a header', () => {
  it('see the canary at weight 0, and everybody else stable', async () => {
    const { world, reach } = await begin(lateMesh(61))
    await reach(pinned, prepared(), beta)

    expect(await versions(world, { 'x-beta': 'yes' })).toEqual(new Set(['2.0.0']))
    expect(await versions(world, { 'x-beta': 'no' })).toEqual(new Set(['1.0.0']))

    await reach(split(50))
    expect(await versions(world, { 'x-beta': 'yes' })).toEqual(new Set(['2.0.0']))
    await reach(noBeta)
    expect(await versions(world, { 'x-beta': 'yes' }, 40)).toEqual(new Set(['1.0.0', '2.0.0']))
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  })

  it('follow a promotion without an error, and nothing of it is left at rest', async () => {
    const { world, before, reach } = await begin(lateMesh(62))
    await reach(pinned, prepared(), beta, mirror(30), split(50), promoted, canaryRemoved, atRest)

    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })

  it('are of no wrong version for the report while the canary has no share', async () => {
    const { world, reach, counted } = await begin(lateMesh(64))
    await reach(pinned, prepared(), beta)
    expect(await versions(world, { 'x-beta': 'yes' })).toEqual(new Set(['2.0.0']))
    await world.clock.advance(10_000)
    await reach(returned)

    const ofCanary = counted.map(({ sides }) => sides.canary)
    expect(ofCanary.reduce((sum, { requests }) => sum + requests, 0)).toBeGreaterThanOrEqual(20)
    expect(ofCanary.filter(({ wrong, unsure }) => wrong + unsure > 0)).toEqual([])
  })

  it('are taken from a canary that is removed while its header route still stands', async () => {
    const { world, reach } = await begin(lateMesh(63))
    await reach(pinned, prepared(), beta)
    let lost = 0
    const users = setIntervalOn(world, 40, async () => {
      const answers = await ask(world, { 'x-beta': 'yes' })
      lost += answers.filter(({ version }) => version === undefined).length
    })
    await reach(canaryRemoved)
    users()

    expect(lost).toBe(0)
    expect(entries(world)).toHaveLength(1)
    expect(world.sandbox.apiServer.objects.get('deployments.apps', { namespace: 'shop', name: 'cart-canary' })).toBeUndefined()
  })
})

/** Acts every so many milliseconds of the world's clock, until the returned function is called. */
function setIntervalOn(world: CartWorld, gap: number, act: () => Promise<void>): () => void {
  let stop: () => void = () => undefined
  const next = (): void => {
    void act()
    stop = world.clock.after(gap, next)
  }
  stop = world.clock.after(gap, next)
  return () => stop()
}
