// Workflows that move no traffic: rolling and basic.
import { afterEach, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { step } from '#control-plane/executions/pretended.contract.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { CartWorld, type CartWorldOptions } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import { patient, patientManifests, rollingWorkflow } from './rolling-world.ts'

let world: CartWorld
let plane: ControlPlane
afterEach(async () => {
  await plane.close()
  await world.close()
})

const withoutMesh = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: {} },
})
async function open(options: CartWorldOptions = {}): Promise<void> {
  world = await CartWorld.open({ late: 400, change: objects => objects.map(patient), ...options })
  plane = new ControlPlane(world)
}

const ended = (view: ExecutionView): boolean => view.ended !== undefined
const withoutRecord = (): string =>
  JSON.stringify(world.resting().filter(each => (each as { readonly name: string }).name !== 'sluice-record-cart'))
const get = (resource: string, name: string): KubernetesObject | undefined =>
  world.sandbox.apiServer.objects.list(resource, 'shop').find(each => each.metadata.name === name)

/** Until some pod of the new version is there, and some of the old one. */
async function untilMidRoll(id: string): Promise<void> {
  await plane.until(id, () => {
    const sets = world.sandbox.apiServer.objects.list('replicasets.apps', 'shop')
    return sets.filter(({ status }) => (((status ?? {}) as { readonly readyReplicas?: number }).readyReplicas ?? 0) > 0).length === 2
  })
}

it.each([
  ['behind a managed route, which stays as it is', patient],
  ['without one', (object: KubernetesObject) => withoutMesh(patient(object))],
])('rolls %s: no request lost, at rest as the manifests say', async (_, change) => {
  await open({ change: objects => objects.map(patient) })
  const before = withoutRecord()
  const routes = JSON.stringify(get('virtualservices.networking.istio.io', 'cart-virtualservice')?.spec)
  world.ledger.start(20)

  const id = await plane.start(rollingWorkflow('2.0.0'), '2.0.0', {}, {}, patientManifests('2.0.0', change))
  const view = await plane.until(id, ended)

  await world.clock.advance(20_000)
  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(view).toMatchObject({ status: 'done', exit: 0, releases: [{ fromVersion: '1.0.0', toVersion: '2.0.0' }] })
  expect(tally).toMatchObject({ lost: 0, trouble: [] })
  expect(tally.byVersion['2.0.0']).toBeGreaterThan(50)
  expect(JSON.stringify(get('virtualservices.networking.istio.io', 'cart-virtualservice')?.spec)).toBe(routes)
  if (change === patient) expect(withoutRecord()).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
})

it('goes back by itself where the new pods cannot start, and loses nobody', async () => {
  await open()
  const before = withoutRecord()
  world.ledger.start(20)

  const id = await plane.start(rollingWorkflow('2.0.0-nopull'), '2.0.0-nopull', {}, {}, patientManifests('2.0.0-nopull'))
  const view = await plane.until(id, ended)

  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(view).toMatchObject({ status: 'returned', exit: 1, failure: { code: 'SL-RELEASE-NOT-READY' } })
  expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  expect(withoutRecord()).toBe(before)
})

it('an abort in the middle of the roll brings the old pods back', async () => {
  await open()
  const before = withoutRecord()
  world.ledger.start(20)
  const id = await plane.start(rollingWorkflow('2.0.0'), '2.0.0', {}, {}, patientManifests('2.0.0'))
  await untilMidRoll(id)

  await plane.command(id, { do: 'abort', now: false, who: 'ada' })
  const view = await plane.until(id, ended)

  await world.clock.advance(20_000)
  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(view).toMatchObject({ status: 'returned', exit: 1 })
  expect(tally).toMatchObject({ lost: 0, trouble: [] })
  expect(withoutRecord()).toBe(before)
})

it('a host that is killed in the middle of the roll changes nothing about the end', async () => {
  await open()
  const before = withoutRecord()
  world.ledger.start(20)
  const id = await plane.start(rollingWorkflow('2.0.0'), '2.0.0', {}, {}, patientManifests('2.0.0'))
  await untilMidRoll(id)

  const { store } = plane
  await plane.close()
  await world.clock.advance(60_000)
  plane = new ControlPlane(world, store)
  const view = await plane.until(id, ended)

  await world.clock.advance(20_000)
  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(view).toMatchObject({ status: 'done', exit: 0 })
  expect(tally).toMatchObject({ lost: 0, trouble: [] })
  expect(withoutRecord()).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
})

it('is taken back from the record in the cluster alone', async () => {
  await open()
  const before = withoutRecord()
  world.ledger.start(20)
  const id = await plane.start(rollingWorkflow('2.0.0'), '2.0.0', {}, {}, patientManifests('2.0.0'))
  await untilMidRoll(id)

  await plane.close()
  expect(await world.restore()).toMatchObject({ is: 'reached' })

  await world.clock.advance(20_000)
  expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, trouble: [] })
  expect(withoutRecord()).toBe(before)
  expect(await world.restore()).toBeUndefined()
})

const job = (name: string): KubernetesObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'shop' },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'ghcr.io/acme/migrate:2.0.0' }] } } },
})
const flags: KubernetesObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'flags', namespace: 'shop' }, data: { a: '1' } }
const since = (object: KubernetesObject | undefined): number => Date.parse(object?.metadata.creationTimestamp ?? '')

it('basic: a Job of its own files first, then the manifests in their order, each awaited; an abort removes what it brought', async () => {
  await open()
  const before = withoutRecord()
  const wait = step('wait', { for: 3_600_000 }, { timeout: 4_000_000 })
  const whole = rollingWorkflow('2.0.0', 'basic', wait)
  const [phase] = whole.phases
  const [section] = phase?.sections ?? []
  if (!phase || !section) throw new Error('the workflow has no steps')
  const migrate = { ...step('apply', { files: ['migrate.yaml'] }, { name: 'Migrate' }), path: 'rolling/deploy/0' }
  const run = { ...whole, phases: [{ ...phase, sections: [{ ...section, steps: [migrate, ...section.steps] }] }] }
  const objects = [flags, ...patientManifests('2.0.0'), { ...job('smoke'), metadata: { name: 'smoke', namespace: 'shop' } }]

  const id = await plane.start(run, '2.0.0', {}, { 'rolling/deploy/0': [job('migrate')] }, objects)
  await plane.until(id, view => view.waiting?.for === '1 h to pass')

  const done = (name: string): number =>
    Date.parse(((get('jobs.batch', name)?.status ?? {}) as { completionTime?: string }).completionTime ?? '')
  const cart = get('deployments.apps', 'cart')
  expect(done('migrate')).toBeLessThanOrEqual(since(get('configmaps', 'flags')))
  expect(cart?.status).toMatchObject({ updatedReplicas: 4, readyReplicas: 4 })
  expect(since(get('jobs.batch', 'smoke'))).toBeGreaterThan(since(get('configmaps', 'flags')))
  expect(done('smoke')).toBeGreaterThan(0)

  await plane.command(id, { do: 'abort', now: false, who: 'ada' })
  const view = await plane.until(id, ended)

  expect(view).toMatchObject({ status: 'returned' })
  expect([get('jobs.batch', 'migrate'), get('jobs.batch', 'smoke'), get('configmaps', 'flags')]).toEqual([undefined, undefined, undefined])
  expect(withoutRecord()).toBe(before)
})

it('keeps the number of pods that an autoscaler has decided, and a split that a route has', async () => {
  await open()
  const { objects } = world.sandbox.apiServer
  objects.create(
    'horizontalpodautoscalers.autoscaling',
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { minReplicas: 6, maxReplicas: 10, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' } },
    },
    { manager: 'kubectl-create' },
  )
  const route = get('virtualservices.networking.istio.io', 'cart-virtualservice') as KubernetesObject
  const rows = [
    { destination: { host: 'cart-svc', subset: 'stable' }, weight: 90 },
    { destination: { host: 'cart-svc', subset: 'canary' }, weight: 10 },
  ]
  const rule = get('destinationrules.networking.istio.io', 'cart-destinationrule') as KubernetesObject
  const subsets = [
    { name: 'stable', labels: { app: 'cart' } },
    { name: 'canary', labels: { app: 'cart' } },
  ]
  objects.update('destinationrules.networking.istio.io', { ...rule, spec: { ...(rule.spec as object), subsets } } as never, {
    manager: 'kubectl-edit',
  })
  objects.update(
    'virtualservices.networking.istio.io',
    { ...route, spec: { ...(route.spec as object), http: [{ route: rows }] } } as never,
    {
      manager: 'kubectl-edit',
    },
  )
  await world.clock.advance(20_000)

  const id = await plane.start(rollingWorkflow('2.0.0'), '2.0.0', {}, {}, patientManifests('2.0.0'))
  const view = await plane.until(id, ended)

  expect(view).toMatchObject({ status: 'done' })
  expect(get('deployments.apps', 'cart')?.spec).toMatchObject({ replicas: 6 })
  expect(get('virtualservices.networking.istio.io', 'cart-virtualservice')?.spec).toMatchObject({ http: [{ route: rows }] })
})
