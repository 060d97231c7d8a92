import { afterEach, expect, it } from 'vitest'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { CartWorld } from './cart-world.ts'
import { pinned, prepared, returned, split } from './goals.ts'

let world: CartWorld | undefined
afterEach(() => world?.close())

/** Writes to a kind that no watch shows are under way for a while, and arrive also when nobody waits for them any more. */
const writingLate =
  (resource: string) =>
  (cluster: Cluster): Cluster => {
    return {
      ...cluster,
      request: async (request, signal) => {
        const clock = request.method !== 'GET' && request.path.includes(`/${resource}`) ? world?.clock : undefined
        if (!clock) return cluster.request(request, signal)
        const answered = new Promise<void>(resolve => void clock.after(200, resolve)).then(() => cluster.request(request))
        const cut = new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
        return Promise.race([answered, cut])
      },
    }
  }

it('gives back a Lease that a goal asked for and that came after the goal was cut off', async () => {
  world = await CartWorld.open({ through: writingLate('leases') })
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  const abort = new AbortController()
  world.clock.after(50, () => abort.abort(new Error('aborted')))
  await world.reach(release, snapshot, pinned, 1, abort.signal).catch(() => undefined)

  expect(await world.reach(release, snapshot, returned, 2)).toMatchObject({ is: 'reached' })
  await world.clock.advance(1000)

  expect(world.sandbox.apiServer.objects.list('leases.coordination.k8s.io', 'shop')).toEqual([])
})

const autoscalers = 'horizontalpodautoscalers.autoscaling'
const autoscaler = { namespace: 'shop', name: 'cart' }

/** The autoscaler of the cart, with its floor at 2 pods. */
function withAutoscaler({ sandbox }: CartWorld): CartWorld['sandbox']['apiServer']['objects'] {
  const store = sandbox.apiServer.objects
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }
  const hpa = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: autoscaler,
    spec: { minReplicas: 2, maxReplicas: 9, scaleTargetRef },
  }
  store.create(autoscalers, hpa, { manager: 'platform' })
  return store
}

it('restores the floor of an autoscaler that a goal raised after it was cut off', async () => {
  world = await CartWorld.open({ through: writingLate('horizontalpodautoscalers') })
  const store = withAutoscaler(world)
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  const abort = new AbortController()
  const stop = store.subscribe('deployments.apps', ({ object }) => {
    if ((object.spec as { readonly paused?: boolean }).paused) world?.clock.after(50, () => abort.abort(new Error('aborted')))
  })
  await world.reach(release, snapshot, pinned, 1, abort.signal).catch(() => undefined)
  stop()

  expect(await world.reach(release, snapshot, returned, 2)).toMatchObject({ is: 'reached' })
  await world.clock.advance(1000)

  expect(store.get(autoscalers, autoscaler)?.spec).toMatchObject({ minReplicas: 2 })
})

/** Keeps the writes to a collection that hold these words, to send them once more. */
function remembering(resource: string, words: string) {
  const asked: (() => Promise<{ readonly status: number }>)[] = []
  const through = (cluster: Cluster): Cluster => ({
    ...cluster,
    request: (request, signal) => {
      const writes = ['POST', 'PATCH'].includes(request.method) && JSON.stringify(request.body).includes(words)
      const isReal = request.path.includes(`/${resource}`) && !request.path.includes('dryRun')
      if (writes && isReal) asked.push(() => cluster.request(request))
      return cluster.request(request, signal)
    },
  })
  return { asked, through }
}

it('a floor that is asked for once more and comes when the run has given it back changes nothing', async () => {
  const { asked, through } = remembering('horizontalpodautoscalers', 'minReplicas')
  world = await CartWorld.open({ through })
  const store = withAutoscaler(world)
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  expect(await world.reach(release, snapshot, pinned, 1)).toMatchObject({ is: 'reached' })
  const [raise] = asked
  expect(store.get(autoscalers, autoscaler)?.spec).toMatchObject({ minReplicas: 4 })
  expect(await world.reach(release, snapshot, returned, 2)).toMatchObject({ is: 'reached' })

  await raise?.()

  expect(store.get(autoscalers, autoscaler)?.spec).toMatchObject({ minReplicas: 2 })
})

it('a canary that is asked for once more and comes when it is scaled already keeps its pods', async () => {
  const { asked, through } = remembering('deployments', 'cart-canary')
  world = await CartWorld.open({ through })
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  for (const [index, goal] of [pinned, prepared(50), split(40)].entries())
    expect(await world.reach(release, snapshot, goal, index + 1)).toMatchObject({ is: 'reached' })
  expect(asked.length).toBeGreaterThan(0)

  await asked[0]?.()

  const canary = world.sandbox.apiServer.objects.get('deployments.apps', { namespace: 'shop', name: 'cart-canary' })
  expect(canary?.spec).toMatchObject({ replicas: 2 })
})

/** From `begin` on keeps back the first write to this object, whose sender stops waiting then; `land` lets it come. */
function keepingBack(resource: string, name: string) {
  const abort = new AbortController()
  const kept: (() => Promise<{ readonly status: number }>)[] = []
  let begun = false
  const through = (cluster: Cluster): Cluster => ({
    ...cluster,
    request: async (request, signal) => {
      const isIt = request.method === 'PATCH' && request.path.includes(`/${resource}/${name}?`) && !request.path.includes('dryRun')
      if (!begun || !isIt || kept.length > 0) return cluster.request(request, signal)
      kept.push(() => cluster.request(request))
      abort.abort(new Error('aborted'))
      return new Promise<never>((_, reject) => reject(abort.signal.reason as Error))
    },
  })
  return { through, signal: abort.signal, begin: () => void (begun = true), land: async () => (await kept[0]?.())?.status }
}

it.each([
  ['destinationrules.networking.istio.io', 'destinationrules', 'cart-destinationrule'],
  ['deployments.apps', 'deployments', 'cart'],
  ['virtualservices.networking.istio.io', 'virtualservices', 'cart-virtualservice'],
])('the first write to an object of %s that comes when the run has gone back changes nothing', async (resource, path, name) => {
  const { through, signal, begin, land } = keepingBack(path, name)
  world = await CartWorld.open({ through })
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  begin()
  await expect(world.reach(release, snapshot, pinned, 1, signal)).rejects.toThrow('aborted')
  expect(await world.reach(release, snapshot, returned, 2)).toMatchObject({ is: 'reached' })
  const stored = () => world?.sandbox.apiServer.objects.get(resource, { namespace: 'shop', name })
  const before = stored()

  expect([409, 422]).toContain(await land())
  expect(stored()).toEqual(before)
})

it.each(['destinationrules', 'deployments', 'virtualservices'])(
  'goes back also where we may not write to %s, which nothing of the run has changed',
  async resource => {
    world = await CartWorld.open()
    const release = world.release('2.0.0', 'k3f9')
    const { snapshot } = await world.inspect(release)
    const before = world.resting()
    world.sandbox.switches.forbid(asked => asked.verb === 'patch' && asked.resource === resource)
    await expect(world.reach(release, snapshot, pinned, 1)).rejects.toMatchObject({ code: 'SL-KUBERNETES-FORBIDDEN' })

    expect(await world.reach(release, snapshot, returned, 2)).toMatchObject({ is: 'reached' })
    expect(world.resting()).toEqual(before)
  },
)
