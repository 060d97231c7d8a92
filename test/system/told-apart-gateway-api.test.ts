import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { Goal } from '#model/release/index.ts'
import { byGatewayApi } from './by-gateway-api.ts'
import { lateMesh, type CartWorld, type CartWorldOptions } from './cart-world.ts'
import { atRest, canaryRemoved, pinned, prepared, promoted, returned, split } from './goals.ts'
import { inShop, openCart, someone } from './story.ts'
import { answeredByCanary, begin, cookies, refusals, resting, versions } from './told-apart-world.ts'

const beta: Goal = { to: 'headerRoute', name: 'beta', match: [{ headers: { 'x-beta': { exact: 'yes' } } }], fixed: false }
const agents: Goal = { to: 'headerRoute', name: 'agents', match: [{ headers: { 'user-agent': { prefix: 'Sluice/' } } }], fixed: false }
const mirror = (percent: number): Goal => ({ to: 'mirror', percent, allowUnsafeMethods: true, fixed: false })
const byRoute = (seed: number): CartWorldOptions => ({ ...lateMesh(seed), change: byGatewayApi })

interface Rule {
  readonly name?: string
  readonly filters?: readonly { readonly type: string; readonly requestMirror?: { readonly percent?: number } }[]
}

function rules(world: CartWorld): readonly Rule[] {
  const route = world.sandbox.apiServer.objects.get('httproutes.gateway.networking.k8s.io', { namespace: 'shop', name: 'cart' })
  return (route?.spec as { readonly rules: readonly Rule[] } | undefined)?.rules ?? []
}

describe('requests that carry a header, by an HTTPRoute', () => {
  it('see the canary at weight 0, and go back with everybody', async () => {
    const { world, before, reach } = await begin(byRoute(68))
    await reach(pinned, prepared(), beta)
    expect(await versions(world, { 'x-beta': 'yes' })).toEqual(new Set(['2.0.0']))
    expect(await versions(world, {})).toEqual(new Set(['1.0.0']))

    await reach(split(50), returned)
    expect(await versions(world, { 'x-beta': 'yes' })).toEqual(new Set(['1.0.0']))
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before)
  })
})

describe('requests that carry a header with a beginning, by an HTTPRoute of Istio', () => {
  it('see the canary, follow a promotion, and nothing of it is left at rest', async () => {
    const { world, before, reach } = await begin(byRoute(111), agents)
    await reach(pinned, prepared(), agents)
    expect(await versions(world, { 'user-agent': 'Sluice/1.0 (test)' })).toEqual(new Set(['2.0.0']))
    expect(await versions(world, { 'user-agent': 'curl/8' })).toEqual(new Set(['1.0.0']))

    await reach(split(50), promoted, canaryRemoved, atRest)
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })
})

describe('a mirror by an HTTPRoute', () => {
  it('reaches the canary, whose answers nobody sees; an abort takes it away with everything else', async () => {
    const { world, before, reach } = await begin(byRoute(112), beta, mirror(50))
    await reach(pinned, prepared(), beta, mirror(50))
    await world.clock.advance(4000)

    expect(
      rules(world).map(({ name = '', filters = [] }) => [name.split('.')[1] ?? '', ...filters.map(each => each.requestMirror?.percent)]),
    ).toEqual([['beta'], ['', 50]])
    expect(await answeredByCanary(world)).toBeGreaterThan(20)
    expect(world.ledger.tally().byVersion).not.toHaveProperty(['2.0.0'])

    await reach(mirror(0))
    expect(rules(world).flatMap(({ filters = [] }) => filters)).toEqual([])
    await reach(mirror(100), returned)
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before)
  })

  it('is no matter of a first deployment, which may be what brings the Gateway', async () => {
    const world = await openCart(byRoute(115))
    const { objects } = world.sandbox.apiServer
    objects.delete('gateways.gateway.networking.k8s.io', inShop('public'))
    const look = async (): Promise<readonly string[]> => {
      const { findings } = await world.inspect(world.release('2.0.0', 'k3f9'), [{ name: 'Mirror', goals: [mirror(50)] }])
      return findings.map(({ code }) => code)
    }
    expect(await look()).toContain('SL-TRAFFIC-UNSUPPORTED')
    objects.patch('deployments.apps', inShop('cart'), { spec: { replicas: 0 } }, someone)
    await world.clock.advance(60_000)
    expect(await look()).not.toContain('SL-TRAFFIC-UNSUPPORTED')
  })

  it('is refused before anything is written where its class does not name what is needed', async () => {
    const withClass = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
      byGatewayApi(objects).map(object =>
        object.kind === 'Gateway' ? { ...object, spec: { ...(object.spec as object), gatewayClassName: 'acme' } } : object,
      )
    expect(await refusals({ ...byRoute(113), change: withClass }, mirror(50))).toMatchObject([
      {
        code: 'SL-TRAFFIC-UNSUPPORTED',
        message: expect.stringContaining('what Gateway shop/public can is not known: its GatewayClass acme is not there') as string,
      },
    ])
  })
})

describe('sticky users by an HTTPRoute of Istio', () => {
  const options = (seed: number): CartWorldOptions => ({ ...byRoute(seed), more: { sticky: { cookie: 'cart-version', maxAge: 3600 } } })

  it('stay on the canary while its share rises, are drawn anew when it falls, and go back with everybody', async () => {
    const { world, before, reach } = await begin(options(114), split(20))
    await reach(pinned, prepared(), split(20))
    const drawn = await cookies(world)
    expect([...drawn.keys()].toSorted()).toEqual(['1.0.0', '2.0.0'])
    const ofCanary = { cookie: drawn.get('2.0.0') ?? '' }
    expect(await versions(world, ofCanary)).toEqual(new Set(['2.0.0']))
    expect(await versions(world, { cookie: drawn.get('1.0.0') ?? '' })).toEqual(new Set(['1.0.0']))

    await reach(split(80))
    expect(await versions(world, ofCanary)).toEqual(new Set(['2.0.0']))
    await reach(split(10))
    expect(await versions(world, ofCanary)).toContain('1.0.0')

    await reach(returned)
    expect(await versions(world, ofCanary)).toEqual(new Set(['1.0.0']))
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before)
  })
})
