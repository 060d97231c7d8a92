// Workflows that move no traffic: rolling and basic.
import { afterEach, expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { step, workflowOf } from '#control-plane/executions/pretended.contract.ts'
import type { ResolvedStep, ResolvedWorkflow } from '#model/workflow/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { approval } from './cart-workflow.ts'
import { cartManifests, CartWorld, type CartWorldOptions } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'

let world: CartWorld
let plane: ControlPlane
afterEach(async () => {
  await plane.close()
  await world.close()
})

const template = ({ spec }: KubernetesObject) =>
  (spec as { readonly template: { readonly spec: { readonly containers: readonly object[] } } }).template

/** Pods that wait until nobody sends them requests any more, and that say when they can answer. */
function patient(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Deployment') return object
  const lifecycle = { preStop: { sleep: { seconds: 12 } } }
  const probe = { readinessProbe: { httpGet: { path: '/', port: 8080 } }, lifecycle }
  const { containers, ...rest } = template(object).spec
  const patientTemplate = { ...template(object), spec: { ...rest, containers: containers.map(each => ({ ...each, ...probe })) } }
  return { ...object, spec: { ...(object.spec as object), template: patientTemplate } as unknown as Json }
}

const withoutMesh = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: {} },
})
const manifests = (version: string, change = patient) => cartManifests(version, 4).map(change)

async function open(options: CartWorldOptions = {}): Promise<void> {
  world = await CartWorld.open({ late: 400, change: objects => objects.map(patient), ...options })
  plane = new ControlPlane(world)
}

function workflow(version: string, strategy: 'rolling' | 'basic' = 'rolling', ...more: readonly ResolvedStep[]): ResolvedWorkflow {
  const steps = [step('rolloutDeployment', { traffic: 'auto' }, { name: 'Rollout Deployment' }), ...more]
  const whole = workflowOf({ name: 'Rolling', sections: { deploy: steps } })
  return { ...whole, strategy, releases: whole.releases.map(each => ({ ...each, name: 'cart', artifact: { version } })) }
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

  const id = await plane.start(workflow('2.0.0'), '2.0.0', {}, {}, manifests('2.0.0', change))
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

  const id = await plane.start(workflow('2.0.0-nopull'), '2.0.0-nopull', {}, {}, manifests('2.0.0-nopull'))
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
  const id = await plane.start(workflow('2.0.0'), '2.0.0', {}, {}, manifests('2.0.0'))
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
  const id = await plane.start(workflow('2.0.0'), '2.0.0', {}, {}, manifests('2.0.0'))
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
  const id = await plane.start(workflow('2.0.0'), '2.0.0', {}, {}, manifests('2.0.0'))
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
  const whole = workflow('2.0.0', 'basic', wait)
  const [phase] = whole.phases
  const [section] = phase?.sections ?? []
  if (!phase || !section) throw new Error('the workflow has no steps')
  const migrate = { ...step('apply', { files: ['migrate.yaml'] }, { name: 'Migrate' }), path: 'rolling/deploy/0' }
  const run = { ...whole, phases: [{ ...phase, sections: [{ ...section, steps: [migrate, ...section.steps] }] }] }
  const objects = [flags, ...manifests('2.0.0'), { ...job('smoke'), metadata: { name: 'smoke', namespace: 'shop' } }]

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

  const id = await plane.start(workflow('2.0.0'), '2.0.0', {}, {}, manifests('2.0.0'))
  const view = await plane.until(id, ended)

  expect(view).toMatchObject({ status: 'done' })
  expect(get('deployments.apps', 'cart')?.spec).toMatchObject({ replicas: 6 })
  expect(get('virtualservices.networking.istio.io', 'cart-virtualservice')?.spec).toMatchObject({ http: [{ route: rows }] })
})

const newPods = () => world.sandbox.apiServer.objects.list('pods', 'shop').filter(({ spec }) => JSON.stringify(spec).includes('cart:2.0.0'))

/** Everybody is on 2.0.0, and a person is asked whether it may stay. */
async function approvedLater(): Promise<string> {
  await open()
  const id = await plane.start(workflow('2.0.0', 'rolling', approval()), '2.0.0', {}, {}, manifests('2.0.0'))
  await plane.until(id, view => view.question !== undefined)
  return id
}

it('row 14: pods that fail during an approval are told to whoever is asked', async () => {
  const id = await approvedLater()
  const asked = (await plane.view(id)).waiting?.for
  world.sandbox.switches.capacity(0)
  for (const { metadata } of newPods().slice(0, 3))
    world.sandbox.apiServer.objects.delete('pods', { namespace: 'shop', name: metadata.name })

  await plane.until(id, view => view.waiting?.for.includes('1 of 4 pods ready') === true)
  await world.clock.advance(120_000)

  const { waiting, question, status } = await plane.view(id)
  expect(status).toBe('waiting')
  expect(waiting?.for).toContain(`${asked}; meanwhile Deployment shop/cart: 1 of 4 pods ready (`)
  expect(question?.waiting.for).toBe(waiting?.for)
  world.sandbox.switches.capacity(Infinity)
  await plane.command(id, { do: 'reject', who: 'bob', why: 'they are gone' })
  expect(await plane.until(id, ended)).toMatchObject({ status: 'returned' })
})

it('row 14: where none is left that could answer, and none comes, the old pods come back by themselves', async () => {
  await open()
  const before = withoutRecord()
  const id = await plane.start(workflow('2.0.0', 'rolling', approval()), '2.0.0', {}, {}, manifests('2.0.0'))
  await plane.until(id, view => view.question !== undefined)
  world.sandbox.switches.pods({ version: '2.0.0' }, { crashesAfter: 100, readyAfter: 'never' })
  for (const { metadata } of newPods()) world.sandbox.switches.crash({ namespace: 'shop', name: metadata.name })
  const began = world.clock.now()

  await plane.until(id, view => view.status === 'returning')

  expect(world.clock.now() - began).toBeLessThan(30_000)
  const view = await plane.until(id, ended)
  expect(view).toMatchObject({ status: 'returned', exit: 1 })
  expect(view.failure?.message).toMatch(/Deployment shop\/cart: 0 of 4 pods ready \(.*crashes again and again.*\): nobody answers/)
  await world.clock.advance(20_000)
  expect(withoutRecord()).toBe(before)
})

it('row 14: pods that a node has taken away are waited for, as old ones would not be there sooner', async () => {
  const id = await approvedLater()
  for (const { metadata } of newPods()) world.sandbox.apiServer.objects.delete('pods', { namespace: 'shop', name: metadata.name })
  await plane.until(id, view => view.waiting?.for.includes('0 of 4 pods ready') === true)

  await world.clock.advance(60_000)

  const { status, waiting } = await plane.view(id)
  expect(status).toBe('waiting')
  expect(waiting?.for).not.toContain('meanwhile')
  await plane.command(id, { do: 'approve', who: 'bob' })
  expect(await plane.until(id, ended)).toMatchObject({ status: 'done' })
})
