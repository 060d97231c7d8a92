import { afterEach, describe, expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { TRACK, type Release } from '#model/release/index.ts'
import { CartWorld, type CartWorldOptions } from './cart-world.ts'
import { Keda } from './keda.ts'
import { atRest, canaryRemoved, pinned, prepared, promoted, returned, split } from './goals.ts'

const worlds: CartWorld[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(world => world.close()))
})

const someone = { manager: 'kubectl-edit' }
const key = (name: string): { namespace: string; name: string } => ({ namespace: 'shop', name })

/** Version 1.0.0 serves, a run of 2.0.0 has been inspected and load is on. */
async function begin(options: CartWorldOptions = {}, more: Partial<Release> = {}) {
  const world = await CartWorld.open(options)
  worlds.push(world)
  const release = world.release('2.0.0', 'k3f9', more)
  const { snapshot, findings } = await world.inspect(release)
  world.ledger.start(20)
  let number = 0
  const reach = (goal: Parameters<CartWorld['reach']>[2], signal?: AbortSignal) => world.reach(release, snapshot, goal, ++number, signal)
  return { world, release, snapshot, findings, reach, store: world.sandbox.apiServer.objects }
}

async function verdict(world: CartWorld): Promise<{ lost: number; wrongVersion: number; trouble: readonly string[] }> {
  const { lost, wrongVersion, trouble } = await world.clock.runUntil(world.ledger.stop())
  return { lost, wrongVersion, trouble }
}

/** A field of an object's spec. */
function at(object: KubernetesObject | undefined, field: string): unknown {
  return (object?.spec as Record<string, unknown> | undefined)?.[field]
}

function weights(route: KubernetesObject | undefined): string {
  const [http] = at(route, 'http') as { route: { weight?: number }[] }[]
  return JSON.stringify(http?.route.map(row => row.weight))
}

const clean = { lost: 0, wrongVersion: 0, trouble: [] }

describe('row 2: the route is the bare host when the first canary pod becomes ready', () => {
  it('pins and settles before a canary pod exists', async () => {
    const { world, reach, store } = await begin()
    const seen: string[] = []
    store.subscribe('pods', () => {
      const canary = store.list('pods', 'shop').some(pod => pod.metadata.labels?.[TRACK] === 'canary')
      const [route] = store.list('virtualservices.networking.istio.io', 'shop')
      if (canary) seen.push(weights(route))
    })

    await reach(pinned)
    await reach(prepared())

    expect(new Set(seen)).toEqual(new Set(['[100,0]']))
    expect(await verdict(world)).toEqual(clean)
  })
})

describe('row 4: abort after stable was rolled', () => {
  it('brings the old version back as a new one would come, without a request lost', async () => {
    const { world, reach, store } = await begin()
    for (const goal of [pinned, prepared(), split(50), promoted]) await reach(goal)

    expect(await reach(returned)).toMatchObject({ is: 'reached' })

    const image = JSON.stringify(store.get('deployments.apps', key('cart'))?.spec)
    expect(image).toContain('cart:1.0.0')
    expect(await verdict(world)).toEqual(clean)
  })
})

describe('row 6: an idle stable must not shrink under the way back', () => {
  it('raises the floor of the autoscaler for the run and restores it', async () => {
    const world = await CartWorld.open()
    worlds.push(world)
    const store = world.sandbox.apiServer.objects
    const hpa = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { minReplicas: 2, maxReplicas: 10, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }, metrics: [] },
    }
    store.create('horizontalpodautoscalers.autoscaling', hpa, someone)
    const release = world.release('2.0.0', 'k3f9')
    const { snapshot } = await world.inspect(release)
    const floor = (): unknown => at(store.get('horizontalpodautoscalers.autoscaling', key('cart')), 'minReplicas')

    await world.reach(release, snapshot, pinned, 1)
    const during = floor()
    await world.reach(release, snapshot, returned, 2)

    expect([during, floor()]).toEqual([4, 2])
  })

  it.each([
    ['that says its floor', 2],
    ['that says none', undefined],
  ])("flagger 19: raises and restores the floor of KEDA's ScaledObject %s: its autoscaler is KEDA's to write", async (_, stated) => {
    const keda = new Keda(stated)
    const world = await CartWorld.open({ through: keda.through })
    worlds.push(world)
    keda.operate(world.sandbox.apiServer.objects)
    const before = keda.object.spec
    const release = world.release('2.0.0', 'k3f9')
    const { snapshot } = await world.inspect(release)

    await world.reach(release, snapshot, pinned, 1)
    const during = [keda.object.spec.minReplicaCount, keda.autoscalerFloor()]
    await world.reach(release, snapshot, returned, 2)

    expect(during).toEqual([4, 4])
    expect(keda.object.spec).toEqual(before)
    expect(keda.autoscalerFloor()).toBe(stated ?? 1)
  })
})

describe('row 7: somebody rolls stable in mid-run', () => {
  it('stops forward steps and asks; the way back keeps users safe and the edit where it is', async () => {
    const { world, reach, store } = await begin()
    for (const goal of [pinned, prepared(), split(50)]) await reach(goal)
    edit(store.get('deployments.apps', key('cart'))!, object => store.patch('deployments.apps', key('cart'), object, someone))

    expect(await reach(split(75))).toMatchObject({ is: 'asks', answers: ['retry', 'keepEdit'] })
    expect(await reach(returned)).toMatchObject({ is: 'asks' })
    expect(JSON.stringify(store.get('virtualservices.networking.istio.io', key('cart-virtualservice'))?.spec)).toContain('"weight":100')
    expect(await reach({ to: 'returned', now: false, keepEdit: true })).toMatchObject({ is: 'reached' })
    expect(JSON.stringify(store.get('deployments.apps', key('cart'))?.spec)).toContain('COLOUR')
    expect(await verdict(world)).toMatchObject({ wrongVersion: 0 })
  })
})

/** Somebody sets an environment variable. */
function edit(deployment: KubernetesObject, patch: (object: Record<string, Json>) => unknown): void {
  const { template } = deployment.spec as { template: { spec: { containers: { env?: Json }[] } } }
  const containers = template.spec.containers.map(container => ({ ...container, env: [{ name: 'COLOUR', value: 'red' }] }))
  patch({ spec: { template: { spec: { containers: containers as unknown as Json } } } })
}

describe('row 14: the only canary pod is evicted during a long approval', () => {
  it('is found at once by the watch, with the share that it had', async () => {
    const { world, release, snapshot, reach, store } = await begin()
    for (const goal of [pinned, prepared(), split(10)]) await reach(goal)
    const found = world.watch(release, snapshot)

    const pod = store.list('pods', 'shop').find(each => each.metadata.labels?.[TRACK] === 'canary')
    store.delete('pods', key(pod?.metadata.name ?? ''))

    expect(await world.clock.runUntil(found)).toMatchObject({ found: 'sideLost', side: 'canary' })
  })
})

describe('row 16, row 18: pods behind the Service that are not of the one current revision', () => {
  it('are a refusal that names them', async () => {
    const world = await CartWorld.open()
    worlds.push(world)
    const store = world.sandbox.apiServer.objects
    const labels = { app: 'cart', also: 'legacy' }
    const spec = {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'acme/old:0.9' }] } },
    }
    store.create('deployments.apps', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: key('legacy'), spec }, someone)
    await world.clock.advance(10_000)

    const { findings } = await world.inspect(world.release('2.0.0', 'k3f9'))

    expect(findings.filter(each => each.level === 'refuse')).toMatchObject([
      { code: 'SL-RELEASE-UNFINISHED', message: expect.stringContaining('legacy-') },
    ])
  })

  it("a foreign Deployment of the canary's name is a refusal", async () => {
    const world = await CartWorld.open()
    worlds.push(world)
    const labels = { app: 'other' }
    const spec = {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'acme/x:1' }] } },
    }
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: key('cart-canary'), spec }
    world.sandbox.apiServer.objects.create('deployments.apps', object, someone)

    const { findings } = await world.inspect(world.release('2.0.0', 'k3f9'))

    expect(findings.map(each => each.code)).toContain('SL-RELEASE-FOREIGN-CANARY')
  })
})

describe('row 25: one canary pod and a step of 75 %', () => {
  it('scales the canary to its share before it gets the weight', async () => {
    const { world, reach, store } = await begin()
    for (const goal of [pinned, prepared(), split(75)]) await reach(goal)

    expect(at(store.get('deployments.apps', key('cart-canary')), 'replicas')).toBe(3)
    expect(await verdict(world)).toEqual(clean)
  })

  it('keeps a count that the user fixed', async () => {
    const { reach, store } = await begin()
    for (const goal of [pinned, prepared(25, true), split(75, true)]) await reach(goal)

    expect(at(store.get('deployments.apps', key('cart-canary')), 'replicas')).toBe(1)
  })
})

describe('row 30: the tag is pushed again between canary and rollout', () => {
  it('gives the other image no traffic and goes back', async () => {
    const { world, reach, store } = await begin()
    for (const goal of [pinned, prepared(), split(50)]) await reach(goal)
    world.sandbox.switches.push('ghcr.io/acme/cart:2.0.0')

    await expect(reach(promoted)).rejects.toThrow(/another image/)
    await reach(returned)

    expect(JSON.stringify(store.get('deployments.apps', key('cart'))?.spec)).toContain('cart:1.0.0')
    expect(await verdict(world)).toEqual(clean)
  })

  it('is found by the watch when a canary pod is made again while nobody moves anything', async () => {
    const { world, release, snapshot, reach, store } = await begin()
    for (const goal of [pinned, prepared(), split(50)]) await reach(goal)
    const found = world.watch(release, snapshot)
    world.sandbox.switches.push('ghcr.io/acme/cart:2.0.0')

    const [pod] = store.list('pods', 'shop').filter(each => each.metadata.labels?.[TRACK] === 'canary')
    store.delete('pods', key(pod?.metadata.name ?? ''))

    expect(await world.clock.runUntil(found)).toEqual({
      found: 'imagesDiffer',
      side: 'canary',
      says: 'Deployment shop/cart-canary: a new pod has another image than its first ones: the tag was pushed again',
    })
  })
})

describe('row 31: a delayed forward write lands after the abort', () => {
  it('fails, because the way back always writes the route first', async () => {
    const { world, release, reach, snapshot, store } = await begin()
    for (const goal of [pinned, prepared(), split(50)]) await reach(goal)
    const stale = store.get('virtualservices.networking.istio.io', key('cart-virtualservice'))

    const back = world.reach(release, snapshot, returned, 100)
    await back
    const late = world.sandbox.apiServer.handle({
      method: 'PATCH',
      path: '/apis/networking.istio.io/v1/namespaces/shop/virtualservices/cart-virtualservice?fieldManager=sluice-run',
      contentType: 'application/json-patch+json',
      body: [
        { op: 'replace', path: '/metadata/resourceVersion', value: stale?.metadata.resourceVersion },
        { op: 'replace', path: '/spec/http/0/route/0/weight', value: 60 },
      ],
    })

    expect(late.status).toBe(409)
  })

  it('stops a forward loop that wakes up after the way back has begun', async () => {
    const { world, release, snapshot, reach } = await begin()
    for (const goal of [pinned, prepared(), split(50)]) await reach(goal)
    const cut = new AbortController()
    world.clock.after(1, () => cut.abort(new Error('cut')))
    await world.reach(release, snapshot, returned, 100, cut.signal).catch(() => undefined)

    await expect(world.reach(release, snapshot, split(75), 4)).rejects.toMatchObject({ code: 'SL-RELEASE-FENCED' })
  })
})

describe('pods that can never become ready', () => {
  it('fail the step in seconds, with the reason, and users never notice', async () => {
    const world = await CartWorld.open()
    worlds.push(world)
    const release = world.release('2.0.0-nopull', 'k3f9')
    const { snapshot } = await world.inspect(release)
    world.ledger.start(20)
    await world.reach(release, snapshot, pinned, 1)
    const begun = world.clock.now()

    await expect(world.reach(release, snapshot, prepared(), 2)).rejects.toMatchObject({ code: 'SL-RELEASE-PODS-FAIL' })

    expect(world.clock.now() - begun).toBeLessThan(30_000)
    await world.reach(release, snapshot, returned, 3)
    expect(await verdict(world)).toEqual(clean)
  })
})

describe('a run that is held by another', () => {
  it('is refused by the Lease in the cluster, saying who runs what since when', async () => {
    const { world, reach } = await begin()
    await reach(pinned)
    const other = world.release('3.0.0', 'other')

    const { findings } = await world.inspect(other)

    expect(findings.filter(each => each.level === 'refuse').map(each => `${each.code} ${each.message}`)).toContainEqual(
      expect.stringMatching(/^SL-RELEASE-HELD .*cart 2\.0\.0 by execution k3f9 since 20/),
    )
  })
})

describe('canaryDelete in the wrong place', () => {
  it('takes the traffic to stable first, and a rollout after it still protects every request', async () => {
    const { world, reach, store } = await begin()
    for (const goal of [pinned, prepared(), split(50), canaryRemoved, promoted, atRest])
      expect(await reach(goal)).toMatchObject({ is: 'reached' })

    expect(JSON.stringify(store.get('deployments.apps', key('cart'))?.spec)).toContain('cart:2.0.0')
    expect(await verdict(world)).toEqual(clean)
  })
})
