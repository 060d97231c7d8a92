import { afterEach, describe, expect, it } from 'vitest'
import { canonicalJson, type Json, type KubernetesObject } from '#base/index.ts'
import type { Goal } from '#model/release/index.ts'
import { CartWorld, type CartWorldOptions } from './cart-world.ts'
import { pinned, prepared, returned, split, wholeCanary } from './goals.ts'
import { behindNginx, host, ingressTo, nginx } from './nginx-world.ts'

const worlds: CartWorld[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(world => world.close()))
})

async function open(options: CartWorldOptions = {}): Promise<CartWorld> {
  const world = await CartWorld.open({ ...nginx, ...options })
  worlds.push(world)
  return world
}

const withoutRecord = (objects: readonly unknown[]): string =>
  canonicalJson(objects.filter(object => (object as { kind: string }).kind !== 'ConfigMap') as Json)

const ingress = (world: CartWorld, name: string): KubernetesObject | undefined =>
  world.sandbox.apiServer.objects.get('ingresses.networking.k8s.io', { namespace: 'shop', name })

const weight = (world: CartWorld): string | undefined =>
  ingress(world, 'cart-canary')?.metadata.annotations?.['nginx.ingress.kubernetes.io/canary-weight']

/** Runs the goals under load, each followed by two quiet seconds, and gives what the load got. */
async function play(world: CartWorld, goals: readonly Goal[]) {
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot, findings } = await world.inspect(release)
  expect(findings.filter(each => each.level === 'refuse')).toEqual([])
  world.ledger.start(20, [host], () => world.sandbox.nginx())
  for (const [index, goal] of goals.entries()) {
    expect(await world.reach(release, snapshot, goal, index + 1)).toMatchObject({ is: 'reached' })
    await world.clock.advance(2000)
  }
  return world.clock.runUntil(world.ledger.stop())
}

describe('a canary behind ingress-nginx', () => {
  it('is released step by step: no request lost, none wrong, and at rest as the manifests say', async () => {
    const world = await open({ seed: 61 })
    const before = withoutRecord(world.resting())
    const main = ingress(world, 'cart')

    const tally = await play(world, wholeCanary)

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
    expect(withoutRecord(world.resting())).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
    expect(ingress(world, 'cart')).toEqual(main)
  })

  it.each([1, 2, 3, 4, 5])('goes back from goal %i: the old version, no request lost, everything as it was', async goal => {
    const world = await open({ seed: 70 + goal })
    const before = withoutRecord(world.resting())

    const tally = await play(world, [...wholeCanary.slice(0, goal + 1), returned])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(withoutRecord(world.resting())).toBe(before)
  })

  it('goes on after every kill of the delegate, and the record says how to go back with plain kubectl', async () => {
    const world = await open({ seed: 81 })
    const before = withoutRecord(world.resting())
    const release = world.release('2.0.0', 'k3f9')
    const { snapshot } = await world.inspect(release)
    world.ledger.start(20, [host], () => world.sandbox.nginx())

    for (const [index, goal] of wholeCanary.entries()) {
      const killed = new AbortController()
      const stop = world.clock.after(700 + index * 900, () => killed.abort(new Error('killed')))
      await world.reach(release, snapshot, goal, index + 1, killed.signal).catch(() => undefined)
      stop()
      world.forget()
      expect(await world.reach(release, snapshot, goal, index + 1)).toMatchObject({ is: 'reached' })
    }

    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(withoutRecord(world.resting())).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
    const record = world.sandbox.apiServer.objects.get('configmaps', { namespace: 'shop', name: 'sluice-record-cart' })
    expect(record).toMatchObject({
      data: { 'restore-routing.sh': 'kubectl -n shop delete ingresses.networking.k8s.io cart-canary --ignore-not-found\n' },
    })
  })

  it('is made with weight 0 before a canary pod exists, and gets its share by patches', async () => {
    const world = await open({ seed: 80 })
    const weights: (string | undefined)[] = []
    world.sandbox.apiServer.objects.subscribe('ingresses.networking.k8s.io', () => {
      if (weights.at(-1) !== weight(world)) weights.push(weight(world))
    })

    await play(world, [pinned, prepared(), split(50), split(10), returned])

    expect(weights).toEqual(['0', '50', '10', '0', undefined])
  })

  it("is not there for a first deployment, and refused where its Service or its name is somebody else's", async () => {
    const world = await open({ seed: 82 })
    const first = world.release('1.0.0', 'f1', {}, objects => behindNginx(objects).map(renamed))
    expect((await world.inspect(first)).snapshot).toMatchObject({
      first: true,
      names: { routes: [{ kind: 'Ingress', name: 'tea-canary' }] },
    })

    const theirs = canaryOf('cart-theirs', '0')
    world.sandbox.apiServer.objects.create('ingresses.networking.k8s.io', theirs, { manager: 'test' })
    const codes = async () => (await world.inspect(world.release('2.0.0', 'k3f9'))).findings.filter(({ level }) => level === 'refuse')
    expect(await codes()).toMatchObject([
      {
        code: 'SL-TRAFFIC-NOT-EXPRESSIBLE',
        message: expect.stringContaining('Ingress shop/cart-theirs is the canary of it already') as string,
      },
    ])
  })
})

/** The cart's manifests for a service that is not there yet. */
function renamed(object: KubernetesObject): KubernetesObject {
  return JSON.parse(JSON.stringify(object).replaceAll('cart', 'tea').replaceAll(host, 'tea.example.com')) as KubernetesObject
}

/** A canary Ingress of somebody's own, which leads to the Service that the run's canary gets. */
function canaryOf(name: string, weight: string): KubernetesObject {
  return ingressTo(name, 'cart-svc-canary', {
    'nginx.ingress.kubernetes.io/canary': 'true',
    'nginx.ingress.kubernetes.io/canary-weight': weight,
  })
}

describe('a canary Ingress that was there before', () => {
  const create = (world: CartWorld, weight: string): void =>
    void world.sandbox.apiServer.objects.create('ingresses.networking.k8s.io', canaryOf('cart-canary', weight), { manager: 'kubectl' })

  it.each([
    ['goes forward', wholeCanary],
    ['goes back', [pinned, prepared(), split(50), returned]],
  ])('is given back as it was: %s', async (_, goals) => {
    const world = await open({ seed: 90 })
    create(world, '0')
    await world.clock.advance(5000)
    const before = ingress(world, 'cart-canary')

    const tally = await play(world, goals)

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    const { annotations, uid } = ingress(world, 'cart-canary')?.metadata ?? {}
    expect({ annotations, uid }).toEqual({ annotations: before?.metadata.annotations, uid: before?.metadata.uid })
  })

  it('is refused while it gives the canary weight', async () => {
    const world = await open({ seed: 91 })
    create(world, '20')
    const { findings } = await world.inspect(world.release('2.0.0', 'k3f9'))
    expect(findings.filter(({ level }) => level === 'refuse')).toMatchObject([{ code: 'SL-RELEASE-CANARY-HAS-WEIGHT' }])
  })
})

describe('blue/green behind ingress-nginx', () => {
  const swap: Goal = {
    to: 'split',
    fixed: false,
    rows: [
      { to: 'canary', weight: 100 },
      { to: 'stable', weight: 0 },
    ],
  }
  const goals: readonly Goal[] = [pinned, prepared(100), split(25), swap, { to: 'atRest', promotes: true }]
  const stage: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cart-stage', namespace: 'shop', annotations: { 'sluice.dev/stage-service': 'true' } },
    spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  }
  const blueGreen: CartWorldOptions = { more: { blueGreen: true }, change: objects => [...behindNginx(objects), stage] }

  it('a share first, then everybody, by the stage Service: no request lost, at rest as the manifests say', async () => {
    const world = await open({ ...blueGreen, seed: 85 })
    const before = withoutRecord(world.resting())

    const tally = await play(world, goals)

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
    expect(withoutRecord(world.resting())).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })

  it('back in one move while the former version is kept', async () => {
    const world = await open({ ...blueGreen, seed: 86 })
    const before = withoutRecord(world.resting())

    const tally = await play(world, [...goals.slice(0, 4), returned])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(withoutRecord(world.resting())).toBe(before)
  })
})

describe('somebody else writes to the canary Ingress in mid-run', () => {
  it('its weight is put back, and the write is told; a second one is left for the way back', async () => {
    const world = await open({ seed: 95 })
    const release = world.release('2.0.0', 'k3f9')
    const { snapshot } = await world.inspect(release)
    world.ledger.start(20, [host], () => world.sandbox.nginx())
    for (const [index, goal] of [pinned, prepared(), split(10)].entries()) await world.reach(release, snapshot, goal, index + 1)
    const edit = (percent: string): void =>
      void world.sandbox.apiServer.objects.patch(
        'ingresses.networking.k8s.io',
        { namespace: 'shop', name: 'cart-canary' },
        { metadata: { annotations: { 'nginx.ingress.kubernetes.io/canary-weight': percent } } },
        { manager: 'kubectl-annotate' },
      )

    const watching = world.watch(release, snapshot)
    await world.clock.advance(100)
    edit('90')
    const found = await world.clock.runUntil(watching)

    expect(found).toMatchObject({ found: 'drift', putBack: true })
    expect(found.drift).toMatchObject([
      {
        object: 'Ingress shop/cart-canary',
        path: 'metadata.annotations[nginx.ingress.kubernetes.io/canary-weight]',
        is: 'conflicting',
        ours: '10',
        live: '90',
        by: { manager: 'kubectl-annotate' },
      },
    ])
    expect(weight(world)).toBe('10')
    await world.reach(release, snapshot, returned, 4)
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  })

  it('where they delete it users are on the old version, and the way back loses nobody', async () => {
    const world = await open({ seed: 96 })
    const before = withoutRecord(world.resting())
    const release = world.release('2.0.0', 'k3f9')
    const { snapshot } = await world.inspect(release)
    world.ledger.start(20, [host], () => world.sandbox.nginx())
    for (const [index, goal] of [pinned, prepared(), split(50)].entries()) await world.reach(release, snapshot, goal, index + 1)

    const watching = world.watch(release, snapshot)
    await world.clock.advance(100)
    world.sandbox.apiServer.objects.delete('ingresses.networking.k8s.io', { namespace: 'shop', name: 'cart-canary' })
    expect(await world.clock.runUntil(watching)).toMatchObject({ found: 'drift', endangers: true })
    await world.reach(release, snapshot, returned, 4)

    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(withoutRecord(world.resting())).toBe(before)
  })

  it('where the run itself takes it away, a watch in another process tells nobody', async () => {
    const world = await open({ seed: 97 })
    const release = world.release('2.0.0', 'k3f9')
    const { snapshot } = await world.inspect(release)
    for (const [index, goal] of [pinned, prepared(), split(50)].entries()) await world.reach(release, snapshot, goal, index + 1)
    const found: unknown[] = []
    void world.watch(release, snapshot, world.elsewhere()).then(
      finding => found.push(finding),
      () => undefined,
    )
    await world.clock.advance(100)

    expect(await world.reach(release, snapshot, { to: 'promoted', traffic: 'reset' }, 4)).toMatchObject({ is: 'reached' })
    await world.clock.advance(1000)

    expect(ingress(world, 'cart-canary')).toBeUndefined()
    expect(found).toEqual([])
  })
})
