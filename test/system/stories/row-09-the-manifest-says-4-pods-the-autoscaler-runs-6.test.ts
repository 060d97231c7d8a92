// The file says four pods; an autoscaler runs six, or forty. An apply of the file would take the other ones away, under load;
// dropping the field would make it one. Sluice keeps the number that the autoscaler decides: of the service, of a worker beside it,
// and of what an apply step applies.
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { step } from '#control-plane/executions/pretended.contract.ts'
import { autoscalerOf, autoscalers } from '../autoscaling.ts'
import { bySeconds, cartSteps } from '../cart-workflow.ts'
import { atRest as rest, canaryRemoved, pinned, prepared, promoted } from '../goals.ts'
import { at, inShop, late, openCart, openPlane, reachAll, someone } from '../story.ts'

describe('row 9: the manifest says 4 replicas, the autoscaler runs 6', () => {
  it('keeps what the autoscaler runs', async () => {
    const world = await openCart()
    const store = world.sandbox.apiServer.objects
    store.create(autoscalers, autoscalerOf('cart', 6), someone)
    await world.clock.advance(30_000)
    expect(at(store.get('deployments.apps', inShop('cart')), 'replicas')).toBe(6)

    for (const version of ['2.0.0', '3.0.0']) {
      const release = world.release(version, `of-${version}`)
      // Somebody's load has changed since the release before: the autoscaler owns the number of pods.
      store.patch(autoscalers, inShop('cart'), { spec: { minReplicas: version === '2.0.0' ? 6 : 7 } }, someone)
      await world.clock.advance(30_000)
      expect((await world.inspect(release)).findings.filter(({ level }) => level === 'refuse')).toEqual([])
      await reachAll(world, release, [pinned, prepared(), promoted, canaryRemoved, rest])
    }

    expect(at(store.get('deployments.apps', inShop('cart')), 'replicas')).toBe(7)
    expect(JSON.stringify(store.get('deployments.apps', inShop('cart'))?.spec)).toContain('cart:3.0.0')
  })

  it('keeps it of a workload beside the traffic, too', async () => {
    const world = await openCart()
    const store = world.sandbox.apiServer.objects
    const worker = (image: string): KubernetesObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: inShop('worker'),
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'worker' } },
        template: { metadata: { labels: { app: 'worker' } }, spec: { containers: [{ name: 'worker', image }] } },
      },
    })
    store.create('deployments.apps', worker('ghcr.io/acme/worker:1.0.0'), { manager: 'kubectl-create' })
    store.create(autoscalers, autoscalerOf('worker', 5), someone)
    await world.clock.advance(30_000)
    expect(at(store.get('deployments.apps', inShop('worker')), 'replicas')).toBe(5)

    const release = world.release('2.0.0', 'k3f9', {}, objects => [...objects, worker('ghcr.io/acme/worker:2.0.0')])
    expect((await world.inspect(release)).findings.filter(({ level }) => level === 'refuse')).toEqual([])
    await reachAll(world, release, [pinned, prepared(), promoted, canaryRemoved, rest])

    const after = store.get('deployments.apps', inShop('worker'))
    expect([at(after, 'replicas'), JSON.stringify(after?.spec).includes('worker:2.0.0')]).toEqual([5, true])
  })
})

const deployment = (name: string, version: string, more: object = {}): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: inShop(name),
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: `ghcr.io/acme/${name}:${version}` }] } },
    ...more,
  },
})

it('row 9: an apply keeps the number of pods that an autoscaler decides, or that its file does not say, and gives back all but that', async () => {
  const { world, plane, ended } = await openPlane({ gap: 1000 })
  const store = world.sandbox.apiServer.objects
  const replicas = (name: string): unknown => at(store.get('deployments.apps', inShop(name)), 'replicas')
  store.create('deployments.apps', deployment('worker', '1.0.0', { replicas: 2 }), { manager: 'kubectl-create' })
  store.create(autoscalers, autoscalerOf('worker', 5), { manager: 'kubectl-create' })
  store.create('deployments.apps', deployment('cache', '1.0.0', { replicas: 3 }), { manager: 'kubectl-create' })
  await world.clock.advance(10_000)
  expect(replicas('worker')).toBe(5)
  const changed = [deployment('worker', '1.0.0', { replicas: 1, minReadySeconds: 1 }), deployment('cache', '1.0.0', { minReadySeconds: 1 })]
  const apply = step('apply', { files: ['beside.yaml'] }, { name: 'Apply' })
  const wait = step('wait', { for: 3_600_000 }, { timeout: 4_000_000 })

  const id = await plane.start(cartSteps('2.0.0', bySeconds(late), apply, wait), '2.0.0', {}, { 'canary/deploy/1': changed })
  await plane.until(id, view => view.waiting?.for === '1 h to pass')

  expect([replicas('worker'), replicas('cache')]).toEqual([5, 3])
  expect(store.get('deployments.apps', inShop('worker'))?.spec).toMatchObject({ minReadySeconds: 1 })
  await plane.command(id, { do: 'abort', now: false, who: 'ada' })
  expect(await ended(id)).toMatchObject({ status: 'returned' })
  expect([replicas('worker'), replicas('cache')]).toEqual([5, 3])
  expect(store.get('deployments.apps', inShop('worker'))?.spec).not.toHaveProperty('minReadySeconds')
})
