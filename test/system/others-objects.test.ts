import { afterEach, describe, expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { readRecord, recordName, type Goal } from '#model/release/index.ts'
import { CartWorld } from './cart-world.ts'
import { atRest, canaryRemoved, pinned, prepared, promoted, returned, split } from './goals.ts'

const worlds: CartWorld[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(world => world.close()))
})

const someone = { manager: 'kubectl-edit' }
const key = (name: string): { namespace: string; name: string } => ({ namespace: 'shop', name })
const route = 'virtualservices.networking.istio.io'

async function open(): Promise<CartWorld> {
  const world = await CartWorld.open()
  worlds.push(world)
  return world
}

/** Runs goals of one release, one after the other. */
async function reachAll(world: CartWorld, release: ReturnType<CartWorld['release']>, goals: readonly Goal[]) {
  const { snapshot } = await world.inspect(release)
  for (const [index, goal] of goals.entries()) await world.reach(release, snapshot, goal, index + 1)
  return snapshot
}

function at(object: KubernetesObject | undefined, field: string): unknown {
  return (object?.spec as Record<string, unknown> | undefined)?.[field]
}

/** Puts something else into one kind's spec. */
const withSpec =
  (kind: string, change: Record<string, Json>) =>
  (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
    objects.map(object => (object.kind === kind ? { ...object, spec: { ...(object.spec as object), ...change } } : object))

describe('row 8: the canary step changes shared objects', () => {
  const ports = [
    { name: 'http', port: 80, targetPort: 8080 },
    { name: 'admin', port: 81, targetPort: 8081 },
  ]

  it('holds the change of the Service back until stable takes the version', async () => {
    const world = await open()
    const store = world.sandbox.apiServer.objects
    const count = (): number => (at(store.get('services', key('cart-svc')), 'ports') as unknown[]).length
    const release = world.release('2.0.0', 'k3f9', {}, withSpec('Service', { ports }))
    const snapshot = await reachAll(world, release, [pinned, prepared(), split(50)])
    const before = count()

    await world.reach(release, snapshot, promoted, 4)

    expect([before, count()]).toEqual([1, 2])
  })

  it('gives it back on the way back, leaf by leaf', async () => {
    const world = await open()
    const store = world.sandbox.apiServer.objects
    const release = world.release('2.0.0', 'k3f9', {}, withSpec('Service', { ports }))
    await reachAll(world, release, [pinned, prepared(), promoted, returned])

    expect(at(store.get('services', key('cart-svc')), 'ports')).toMatchObject([{ port: 80 }])
    expect(at(store.get('services', key('cart-svc')), 'ports')).toHaveLength(1)
  })
})

const autoscalers = 'horizontalpodautoscalers.autoscaling'
const autoscalerOf = (name: string, minReplicas: number): KubernetesObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: key(name),
  spec: { minReplicas, maxReplicas: 10, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, metrics: [] },
})

describe('row 9: the manifest says 4 replicas, the autoscaler runs 6', () => {
  it('keeps what the autoscaler runs', async () => {
    const world = await open()
    const store = world.sandbox.apiServer.objects
    store.create(autoscalers, autoscalerOf('cart', 6), someone)
    await world.clock.advance(30_000)
    expect(at(store.get('deployments.apps', key('cart')), 'replicas')).toBe(6)

    for (const version of ['2.0.0', '3.0.0']) {
      const release = world.release(version, `of-${version}`)
      // Somebody's load has changed since the release before: the autoscaler owns the number of pods.
      store.patch(autoscalers, key('cart'), { spec: { minReplicas: version === '2.0.0' ? 6 : 7 } }, someone)
      await world.clock.advance(30_000)
      expect((await world.inspect(release)).findings.filter(({ level }) => level === 'refuse')).toEqual([])
      await reachAll(world, release, [pinned, prepared(), promoted, canaryRemoved, atRest])
    }

    expect(at(store.get('deployments.apps', key('cart')), 'replicas')).toBe(7)
    expect(JSON.stringify(store.get('deployments.apps', key('cart'))?.spec)).toContain('cart:3.0.0')
  })

  it('keeps it of a workload beside the traffic, too', async () => {
    const world = await open()
    const store = world.sandbox.apiServer.objects
    const worker = (image: string): KubernetesObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: key('worker'),
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'worker' } },
        template: { metadata: { labels: { app: 'worker' } }, spec: { containers: [{ name: 'worker', image }] } },
      },
    })
    store.create('deployments.apps', worker('ghcr.io/acme/worker:1.0.0'), { manager: 'kubectl-create' })
    store.create(autoscalers, autoscalerOf('worker', 5), someone)
    await world.clock.advance(30_000)
    expect(at(store.get('deployments.apps', key('worker')), 'replicas')).toBe(5)

    const release = world.release('2.0.0', 'k3f9', {}, objects => [...objects, worker('ghcr.io/acme/worker:2.0.0')])
    expect((await world.inspect(release)).findings.filter(({ level }) => level === 'refuse')).toEqual([])
    await reachAll(world, release, [pinned, prepared(), promoted, canaryRemoved, atRest])

    const after = store.get('deployments.apps', key('worker'))
    expect([at(after, 'replicas'), JSON.stringify(after?.spec).includes('worker:2.0.0')]).toEqual([5, true])
  })
})

describe('row 23: the laptop is closed at 50 %', () => {
  it('restores from the record in the cluster alone', async () => {
    const world = await open()
    const store = world.sandbox.apiServer.objects
    const before = JSON.stringify([
      at(store.get(route, key('cart-virtualservice')), 'http'),
      at(store.get('deployments.apps', key('cart')), 'template'),
    ])
    await reachAll(world, world.release('2.0.0', 'k3f9'), [pinned, prepared(), split(50)])
    world.forget()

    const record = store.get('configmaps', key(recordName('cart')))
    const read = record && readRecord(record)
    if (!read) throw new Error('no record')
    await world.reach(read.release, read.snapshot, returned, 1_000_000)

    const after = JSON.stringify([
      at(store.get(route, key('cart-virtualservice')), 'http'),
      at(store.get('deployments.apps', key('cart')), 'template'),
    ])
    expect(after).toBe(before)
    expect(store.get('deployments.apps', key('cart-canary'))).toBeUndefined()
    expect(store.list('leases.coordination.k8s.io', 'shop')).toEqual([])
  })

  it('tells the plain kubectl that restores the routing', async () => {
    const world = await open()
    await reachAll(world, world.release('2.0.0', 'k3f9'), [pinned])

    const record = world.sandbox.apiServer.objects.get('configmaps', key(recordName('cart')))
    const told = (record?.['data'] ?? {}) as Record<string, string>
    const on = (verb: string): string => `kubectl -n shop ${verb} virtualservices.networking.istio.io cart-virtualservice`
    expect(told['restore-routing.sh']?.split('\n')).toEqual([
      '# Entries of the run first, from the last one on, so that the others have their places again.',
      `for at in $(${on('get')} -o jsonpath='{range .spec.http[*]}{.name}{"\\n"}{end}' | grep -nE '^sluice-(route|sticky)\\.' | cut -d: -f1 | sort -rn); do`,
      `  ${on('patch')} --type=json -p "[{\\"op\\":\\"remove\\",\\"path\\":\\"/spec/http/$((at - 1))\\"}]"`,
      'done',
      `${on('patch')} --type=json -p '[{"op":"replace","path":"/spec/http/0/route","value":[{"destination":{"host":"cart-svc"}}]}]'`,
      '# Mirrors of the run; refused where there is none.',
      `${on('patch')} --type=json -p '[{"op":"test","path":"/spec/http/0/mirror/subset","value":"canary"},{"op":"remove","path":"/spec/http/0/mirror"},{"op":"remove","path":"/spec/http/0/mirrorPercentage"}]' || true`,
      '',
    ])
  })
})

describe('row 29, argo 15: what is not ours in the route', () => {
  const rows = [
    { destination: { host: 'cart-svc' }, weight: 70, headers: { request: { set: { 'x-team': 'shop' } } } },
    { destination: { host: 'legacy-svc' }, weight: 30 },
  ]
  const foreign = withSpec('VirtualService', { http: [{ timeout: '3s', route: rows as unknown as Json }] })

  async function openForeign(): Promise<CartWorld> {
    const world = await open()
    world.sandbox.apiServer.objects.patch(
      route,
      key('cart-virtualservice'),
      { spec: { http: [{ timeout: '3s', route: rows as unknown as Json }] } },
      someone,
    )
    await world.clock.advance(1000)
    return world
  }

  it('keeps the share of a foreign destination, and the settings of ours on both rows', async () => {
    const world = await openForeign()
    await reachAll(world, world.release('2.0.0', 'k3f9', {}, foreign), [pinned, prepared(), split(50)])

    const [http] = at(world.sandbox.apiServer.objects.get(route, key('cart-virtualservice')), 'http') as {
      timeout: string
      route: object[]
    }[]
    expect(http?.timeout).toBe('3s')
    expect(http?.route).toMatchObject([
      { destination: { subset: 'canary' }, weight: 35, headers: { request: { set: { 'x-team': 'shop' } } } },
      { destination: { subset: 'stable' }, weight: 35, headers: { request: { set: { 'x-team': 'shop' } } } },
      { destination: { host: 'legacy-svc' }, weight: 30 },
    ])
  })

  it("gives everything back as it was, a colleague's edit of another field kept", async () => {
    const world = await openForeign()
    const store = world.sandbox.apiServer.objects
    const release = world.release('2.0.0', 'k3f9', {}, foreign)
    const snapshot = await reachAll(world, release, [pinned, prepared(), split(50)])
    store.patch(route, key('cart-virtualservice'), { metadata: { labels: { team: 'shop' } } }, someone)

    await world.reach(release, snapshot, returned, 100)

    const live = store.get(route, key('cart-virtualservice'))
    expect(at(live, 'http')).toEqual([{ timeout: '3s', route: rows }])
    expect(live?.metadata.labels).toEqual({ team: 'shop' })
  })
})

describe('argo 20: who owns what after a run', () => {
  it('gives the route back to its owner: the next apply of the user is not refused', async () => {
    const world = await open()
    const store = world.sandbox.apiServer.objects
    const owners = (): readonly string[] =>
      (store.get(route, key('cart-virtualservice'))?.metadata.managedFields ?? []).map(
        entry => (entry as unknown as { manager: string }).manager,
      )
    const before = owners()
    await reachAll(world, world.release('2.0.0', 'k3f9'), [pinned, prepared(), split(50), returned])

    expect(owners()).toEqual(before)
  })
})
