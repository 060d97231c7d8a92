import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { Goal } from '#model/release/index.ts'
import { lateMesh, type CartWorld, type CartWorldOptions } from './cart-world.ts'
import { atRest, canaryRemoved, pinned, prepared, promoted, returned, split } from './goals.ts'
import { answeredByCanary, ask, begin, cookies, resting, versions } from './told-apart-world.ts'

const beta: Goal = { to: 'headerRoute', name: 'beta', match: [{ headers: { 'x-beta': { exact: 'yes' } } }], fixed: false }
const noBeta: Goal = { ...beta, match: [] }
const mirror = (percent: number): Goal => ({ to: 'mirror', percent, allowUnsafeMethods: true, fixed: false })

const route = (world: CartWorld): KubernetesObject | undefined =>
  world.sandbox.apiServer.objects.get('virtualservices.networking.istio.io', { namespace: 'shop', name: 'cart-virtualservice' })
const entries = (world: CartWorld): readonly { readonly name?: string; readonly mirror?: object }[] =>
  (route(world)?.spec as { http: readonly object[] } | undefined)?.http ?? []

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

describe('argo 14, flagger 21: a mirror', () => {
  it('reaches the canary, whose answers nobody sees; an abort takes it away with everything else', async () => {
    const { world, before, reach } = await begin(lateMesh(66))
    await reach(pinned, prepared(), beta, mirror(50))
    await world.clock.advance(4000)

    expect(await answeredByCanary(world)).toBeGreaterThan(20)
    expect(world.ledger.tally().byVersion).not.toHaveProperty(['2.0.0'])

    await reach(returned)
    expect(entries(world)).toEqual([{ route: [{ destination: { host: 'cart-svc' } }] }])
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before)
  })

  it('is refused where a copy would write, and nothing has changed', async () => {
    const { world, release, snapshot, reach } = await begin(lateMesh(67))
    await reach(pinned, prepared())

    await expect(
      world.reach(release, snapshot, { to: 'mirror', percent: 10, allowUnsafeMethods: false, fixed: false }, 9),
    ).rejects.toMatchObject({ code: 'SL-TRAFFIC-UNSAFE-MIRROR' })
    expect(entries(world)[0]).not.toHaveProperty('mirror')
  })
})
