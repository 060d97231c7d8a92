import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom, sleep } from '#base/index.ts'
import type { Cluster, PodResponse } from '#delegate/kubernetes/index.ts'
import { openSettling, type LookedAt, type Seen, type Settle } from '#delegate/settle/index.ts'
import type { SettleSettings } from '#model/release/index.ts'
import { arrived, openBench, settled, split, truth, type Bench } from './settle-bench.ts'

const closing: (() => void)[] = []
afterEach(() => closing.splice(0).forEach(close => close()))

type Ask = Cluster['podHttp']

/** A shop whose istiods answer through `way`, which may be changed while it runs. */
async function open(options: Parameters<typeof openBench>[0] = {}, settings?: SettleSettings) {
  const bench = await openBench(options, settings)
  const { clock } = bench.shop
  const world = { bench, clock, asked: 0, way: bench.cluster.podHttp as Ask }
  const cluster: Cluster = { ...bench.cluster, podHttp: (...ask) => (world.asked++, world.way(...ask)) }
  const settling = openSettling({ clock, random: seededRandom(3) })
  closing.push(
    () => bench.close(),
    () => settling.close(),
  )
  const choose = (settings: SettleSettings): Promise<Settle> => clock.runUntil(settling.settle(cluster, settings, []))
  return Object.assign(world, { choose })
}

/** A shop with one gateway and two istiods that have told; `home` is the one that its gateway is connected to. */
async function oneOfTwo() {
  const world = await open({ mesh: { istiods: 2, gateways: 1 } })
  const settle = await world.choose({ mode: 'acknowledged' })
  await until(world, settle, settled)
  const [gateway = ''] = world.bench.shop.sandbox.mesh.gateways.keys()
  return { world, settle, home: world.bench.shop.sandbox.mesh.homeOf(gateway), podHttp: world.bench.cluster.podHttp }
}

const answer =
  (status: number, body: string): Ask =>
  () =>
    Promise.resolve<PodResponse>({ status, headers: {}, body })
const nothing: Ask = () => new Promise<never>(() => undefined)

describe('an istiod that cannot be asked', () => {
  it.each([
    ['401', answer(401, ''), 'its own localhost (port-forward) or with a token'],
    ['500', answer(500, 'oops'), 'answers 500'],
    ['nothing', nothing, 'no answer within 10 s'],
    ['a page of somebody else', answer(200, '<html>log in</html>'), 'is not what an istiod answers'],
    ['JSON that is no list', answer(200, '{"error":"no"}'), 'is not what an istiod answers'],
  ] as const)('answers %s: `auto` takes seconds and says why, `acknowledged` is a clear failure', async (_, way, why) => {
    const world = await open()
    world.way = way
    expect(await world.choose({ mode: 'auto' })).toMatchObject({ how: 'seconds', why: expect.stringContaining(why) as string })
    await expect(world.choose({ mode: 'acknowledged' })).rejects.toMatchObject({
      code: 'SL-SETTLE-CANNOT-ACKNOWLEDGE',
      message: expect.stringContaining(why) as string,
    })
  })

  it.each([
    ['1.10.0', 'says that it is Istio 1.10.0, but its image is 1.27.1'],
    ['1.99.0', 'says that it is Istio 1.99.0, but its image is 1.27.1'],
  ])('lies about its version (%s): `auto` takes seconds and says so, `acknowledged` is a clear failure', async (claims, why) => {
    const world = await open({ mesh: { claims } }, { mode: 'auto' })
    expect(await world.choose({ mode: 'auto' })).toMatchObject({ how: 'seconds', why: expect.stringContaining(why) as string })
    await expect(world.choose({ mode: 'acknowledged' })).rejects.toMatchObject({ code: 'SL-SETTLE-CANNOT-ACKNOWLEDGE' })
  })
})

interface World {
  readonly bench: Bench
  readonly clock: Bench['shop']['clock']
}

function look({ bench, clock }: World, settle: Settle, more: Partial<LookedAt> = {}): Promise<Seen> {
  const [route] = bench.shop.list('virtualservices.networking.istio.io')
  const [rule] = bench.shop.list('destinationrules.networking.istio.io')
  const pods = bench.shop.list('pods').filter(pod => pod.metadata.labels?.['app'] === 'cart')
  const services = [{ namespace: 'shop', name: 'cart-svc', pods }]
  return clock.runUntil(settle.look({ routes: route ? [route] : [], ...(rule && { rule }), services, ...more }))
}

/** Looks until `done`; gives how long that took. */
async function until(world: World, settle: Settle, done: (seen: Seen) => boolean): Promise<number> {
  const began = world.clock.now()
  for (;;) {
    const seen = await look(world, settle)
    if (done(seen)) return world.clock.now() - began
    if (world.clock.now() - began > 60_000) throw new Error(`not within a minute: ${JSON.stringify(seen)}`)
    await world.clock.advance(Math.min(seen.nextLookIn, 1000))
  }
}

describe('an istiod that falls silent in the middle of a run', () => {
  const silence = async () => {
    const world = await open()
    const settle = await world.choose({ mode: 'auto' })
    expect(settle.how).toBe('acknowledged')
    await until(world, settle, settled)
    await world.clock.advance(20_000)
    world.way = answer(503, '')
    settle.wrote(world.bench.shop.apply(split(40)))
    return { world, settle }
  }

  it('stops what goes forward, and says why; whatever time has passed is no acknowledgement', async () => {
    const { world, settle } = await silence()
    await world.clock.advance(60_000)
    const { routes } = await look(world, settle)
    expect(routes[0]).toMatchObject({ reached: 'none', says: expect.stringContaining('/debug/') as string })
  })

  it('does not stop the way back: after 5 s a shift counts as come, a removal never; pods that were known stay known', async () => {
    const { world, settle } = await silence()
    const back = () => look(world, settle, { goingBack: true })
    expect((await back()).routes[0]?.reached).toBe('none')
    await world.clock.advance(5000)
    const seen = await back()
    expect(seen.routes[0]?.reached).toBe('shift')
    expect(seen.endpoints.known.length).toBe(4)
    await world.clock.advance(60_000)
    expect((await back()).routes[0]?.reached).toBe('shift')
  })

  it('holds a look of the way back up for less than half a second', async () => {
    const { world, settle } = await silence()
    world.way = nothing
    const began = world.clock.now()
    await look(world, settle, { goingBack: true })
    expect(world.clock.now() - began).toBeLessThan(500)
  })

  it('does not stop the way back of proxies that are connected to it, while another one tells', async () => {
    const { world, settle, home, podHttp } = await oneOfTwo()
    world.way = (pod, ...ask) => (pod.name === home ? answer(500, '') : podHttp)(pod, ...ask)
    settle.wrote(world.bench.shop.apply(split(40)))
    const back = () => look(world, settle, { goingBack: true })
    expect((await back()).routes[0]?.reached).toBe('none')
    await world.clock.advance(5000)
    expect((await back()).routes[0]?.reached).toBe('shift')
  })

  it('is asked seldom, and heard within seconds when it tells again', async () => {
    const { world, settle } = await silence()
    const before = world.asked
    for (let n = 0; n < 60; n++) {
      await look(world, settle)
      await world.clock.advance(1000)
    }
    expect(world.asked - before).toBeLessThan(60)
    world.way = world.bench.cluster.podHttp
    expect(await until(world, settle, arrived)).toBeLessThan(16_000)
  })

  it('beside another that tells is left in peace: a shift is acknowledged as before, a removal once it tells that it has read the change', async () => {
    const { world, settle, home, podHttp } = await oneOfTwo()
    world.way = (pod, ...ask) => (pod.name === home ? podHttp(pod, ...ask) : answer(500, '')(pod, ...ask))
    settle.wrote(world.bench.shop.apply(split(40)))
    expect(await until(world, settle, seen => seen.routes[0]?.reached === 'shift')).toBeLessThan(200)
    await world.clock.advance(30_000)
    expect((await look(world, settle)).routes[0]).toMatchObject({
      reached: 'shift',
      says: '1 of 1 proxy, an istiod that they may turn to has not read it yet',
    })
    world.way = podHttp
    await until(world, settle, seen => seen.routes[0]?.reached === 'removal')
  })
})

describe('an istiod that answers slowly', () => {
  it('is not silent: on the way back its word counts, however much time passes, and however short a look waits for it', async () => {
    let propagation = 5
    const world = await open({ mesh: { gateways: 1, propagation: () => propagation } })
    const { bench, clock } = world
    const settle = await world.choose({ mode: 'acknowledged' })
    await until(world, settle, settled)
    propagation = 40_000
    world.way = async (...ask) => {
      await sleep(clock, 1500)
      return bench.cluster.podHttp(...ask)
    }
    settle.wrote(bench.shop.apply(split(40)))
    bench.shop.scale('cart-v2', 3)
    const began = clock.now()
    const early: unknown[] = []
    let seen = await look(world, settle, { goingBack: true })
    for (; seen.endpoints.known.length < 5 || seen.routes[0]?.reached === 'none'; seen = await look(world, settle, { goingBack: true })) {
      const { weights, endpoints } = truth(bench)
      const has = { route: weights[0]?.includes('40') === true, pods: endpoints[0]?.length }
      if ((seen.routes[0]?.reached !== 'none' && !has.route) || seen.endpoints.known.length > (has.pods ?? 0)) early.push({ seen, has })
      expect(clock.now() - began).toBeLessThan(60_000)
      await clock.advance(Math.min(seen.nextLookIn, 1000))
    }
    expect(early).toEqual([])
    expect(clock.now() - began).toBeGreaterThan(40_000)
  })
})
