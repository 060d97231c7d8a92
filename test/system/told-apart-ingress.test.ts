import { describe, expect, it } from 'vitest'
import type { Goal } from '#model/release/index.ts'
import { atRest, canaryRemoved, pinned, prepared, promoted, returned, split } from './goals.ts'
import { nginx } from './nginx-world.ts'
import { begin, refusals, resting, versions } from './told-apart-world.ts'

const beta: Goal = { to: 'headerRoute', name: 'beta', match: [{ headers: { 'x-beta': { exact: 'yes' } } }], fixed: false }
const staff: Goal = { to: 'headerRoute', name: 'staff', match: [{ cookie: { name: 'staff', value: 'always' } }], fixed: false }
const behind = (seed: number) => ({ ...nginx, seed })

describe('requests that carry a header, behind ingress-nginx', () => {
  it('see the canary at weight 0, and everybody else stable; one header route goes without the other', async () => {
    const { world, reach } = await begin(behind(101))
    await reach(pinned, prepared(), beta, staff)

    expect(await versions(world, { 'x-beta': 'yes' })).toEqual(new Set(['2.0.0']))
    expect(await versions(world, { cookie: 'a=b; staff=always' })).toEqual(new Set(['2.0.0']))
    expect(await versions(world, { 'x-beta': 'no', cookie: 'staff=maybe' })).toEqual(new Set(['1.0.0']))

    await reach(split(50), { ...beta, match: [] })
    expect(await versions(world, { 'x-beta': 'yes' }, 40)).toEqual(new Set(['1.0.0', '2.0.0']))
    expect(await versions(world, { cookie: 'staff=always' })).toEqual(new Set(['2.0.0']))
    // Who says never is left out of the share: that is ingress-nginx's own second word.
    expect(await versions(world, { cookie: 'staff=never' })).toEqual(new Set(['1.0.0']))
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  })

  it('go back with everybody, in one write with the weight', async () => {
    const { world, before, reach } = await begin(behind(102))
    const seen: (string | undefined)[] = []
    world.sandbox.apiServer.objects.subscribe('ingresses.networking.k8s.io', ({ object }) => {
      const { annotations = {} } = object.metadata
      const [weight, header] = ['canary-weight', 'canary-by-header'].map(name => annotations[`nginx.ingress.kubernetes.io/${name}`])
      const now = `${weight} ${header}`
      if (object.metadata.name === 'cart-canary' && seen.at(-1) !== now) seen.push(now)
    })
    await reach(pinned, prepared(), beta, split(50), returned)

    expect(seen).toEqual(['0 undefined', '0 x-beta', '50 x-beta', '0 undefined'])
    expect(await versions(world, { 'x-beta': 'yes' })).toEqual(new Set(['1.0.0']))
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before)
  })

  it('follow a promotion without an error, and nothing of it is left at rest', async () => {
    const { world, before, reach } = await begin(behind(103))
    await reach(pinned, prepared(), beta, split(50), promoted, canaryRemoved, atRest)

    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })

  it('are refused before anything is written where annotations cannot say what is asked', async () => {
    const byPath: Goal = { ...beta, match: [{ uri: { prefix: '/new' } }] }
    const mirror: Goal = { to: 'mirror', percent: 10, allowUnsafeMethods: true, fixed: false }
    expect(await refusals(behind(104), byPath)).toMatchObject([
      { code: 'SL-TRAFFIC-NOT-EXPRESSIBLE', message: expect.stringContaining('nothing of paths and methods') as string },
    ])
    expect(await refusals(behind(105), mirror)).toMatchObject([
      { code: 'SL-TRAFFIC-NOT-EXPRESSIBLE', message: expect.stringContaining('copies no requests') as string },
    ])
    expect(await refusals({ ...behind(106), more: { sticky: { cookie: 'v', maxAge: 60 } } }, split(20))).toMatchObject([
      { code: 'SL-TRAFFIC-NOT-EXPRESSIBLE', message: expect.stringContaining('session affinity') as string },
    ])
  })
})
