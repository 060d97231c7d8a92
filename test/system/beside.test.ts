// Steps that change objects beside the traffic of a release: scale, apply, delete, and their way back.
import { afterEach, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { step } from '#control-plane/executions/pretended.contract.ts'
import type { ResolvedStep, ResolvedWorkflow } from '#model/workflow/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { cartSteps } from './cart-workflow.ts'
import { CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'

const late = 400
let world: CartWorld
let plane: ControlPlane
afterEach(async () => {
  await plane.close()
  await world.close()
})

const config = (name: string, data: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop' },
  data,
})

function deployment(name: string, replicas: number): KubernetesObject {
  const labels = { app: name }
  const containers = [{ name, image: `ghcr.io/acme/${name}:1.0.0` }]
  const template = { metadata: { labels }, spec: { containers } }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: { replicas, selector: { matchLabels: labels }, template },
  }
}

const put = (resource: string, object: KubernetesObject): void =>
  void world.sandbox.apiServer.objects.create(resource, object, { manager: 'kubectl-create' })
const get = (resource: string, name: string): KubernetesObject | undefined =>
  world.sandbox.apiServer.objects.list(resource, 'shop').find(each => each.metadata.name === name)
const replicas = (name: string): unknown => (get('deployments.apps', name)?.spec as { readonly replicas?: number } | undefined)?.replicas
const data = (name: string): unknown => get('configmaps', name)?.['data']

/** The shop's release, a worker of 2 pods, two ConfigMaps. */
async function open(): Promise<void> {
  world = await CartWorld.open({ late })
  put('deployments.apps', deployment('worker', 2))
  put('configmaps', config('flags', { search: 'old', other: 'kept' }))
  put('configmaps', config('outdated', { a: '1' }))
  await world.clock.advance(10_000)
  plane = new ControlPlane(world)
}

const settle = { mode: 'seconds', shift: late, removal: late } as const
const worker = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' }
const canary = step('canaryDeployment', { instances: { percent: 25 }, fixed: false }, { settle })
const scale = step('scale', { workload: worker, to: { percent: 200 } }, { name: 'Scale', settle })
const apply = step('apply', { files: ['beside.yaml'] }, { name: 'Apply', settle })
const remove = step('delete', { objects: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'outdated' }] }, { name: 'Delete', settle })
const wait = step('wait', { for: 3_600_000 }, { settle, timeout: 4_000_000 })
const files = { 'canary/deploy/3': [config('flags', { search: 'new' }), deployment('cache', 1)] }

const workflow = (...steps: readonly ResolvedStep[]): ResolvedWorkflow => cartSteps('2.0.0', settle, ...steps)

const ended = (view: ExecutionView): boolean => view.ended !== undefined
const waits = (view: ExecutionView): boolean => view.waiting?.for === '1 h to pass'
const resting = (): string => JSON.stringify(world.resting().filter(each => (each as { name: string }).name !== 'sluice-record-cart'))

it('scales, applies and deletes, and an abort gives everything back', async () => {
  await open()
  const before = resting()
  const id = await plane.start(workflow(canary, scale, apply, remove, wait), '2.0.0', {}, files)
  world.ledger.start(20)
  await plane.until(id, waits)

  expect([replicas('worker'), replicas('cache'), data('flags'), data('outdated')]).toEqual([
    4,
    1,
    { search: 'new', other: 'kept' },
    undefined,
  ])
  await plane.command(id, { do: 'abort', now: false, who: 'ada' })
  const view = await plane.until(id, ended)

  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(view).toMatchObject({ status: 'returned', exit: 1 })
  expect(view.around.filter(({ type }) => type === 'giveBack').map(({ name, says }) => [name, says])).toEqual([
    ['Give back: Delete', 'ConfigMap shop/outdated made again'],
    ['Give back: Apply', 'Deployment shop/cache removed, ConfigMap shop/flags restored'],
    ['Give back: Scale', 'Deployment shop/worker restored'],
  ])
  expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  expect(resting()).toBe(before)
})

it('leaves what the steps made where the run succeeds, and a crash in the middle changes nothing about that', async () => {
  await open()
  const short = step('wait', { for: 1000 }, { settle })
  const id = await plane.start(workflow(canary, scale, apply, remove, short), '2.0.0', {}, files)
  await plane.until(id, view => view.phases[0]?.sections[0]?.steps[2]?.status === 'running')

  const { store } = plane
  await plane.close()
  await world.clock.advance(60_000)
  plane = new ControlPlane(world, store)
  const view = await plane.until(id, ended)

  expect(view).toMatchObject({ status: 'done' })
  expect([replicas('worker'), replicas('cache'), data('flags'), data('outdated')]).toEqual([
    4,
    1,
    { search: 'new', other: 'kept' },
    undefined,
  ])
})

it('is given back from the record in the cluster alone, where the machine is gone for good; and stays where the run was over', async () => {
  await open()
  const before = resting()
  const id = await plane.start(workflow(scale, apply, remove, canary, wait), '2.0.0', {}, { 'canary/deploy/2': files['canary/deploy/3'] })
  world.ledger.start(20)
  await plane.until(id, waits)
  expect(replicas('worker')).toBe(4)

  await plane.close()
  expect(await world.restore()).toMatchObject({ is: 'reached' })

  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  expect(resting()).toBe(before)
  expect(data('sluice-record-cart')).not.toHaveProperty('beside')
  expect(await world.restore()).toBeUndefined()
})

it('has nothing to give back any more once the run has ended well', async () => {
  await open()
  const short = step('wait', { for: 1000 }, { settle })
  const id = await plane.start(workflow(scale, short), '2.0.0')
  await plane.until(id, view => view.phases[0]?.sections[0]?.steps[1]?.status === 'running')
  expect(data('sluice-record-cart')).toHaveProperty('beside')

  await plane.until(id, ended)

  expect(data('sluice-record-cart')).not.toHaveProperty('beside')
  expect(world.resting().filter(each => (each as { kind: string }).kind === 'Lease')).toEqual([])
  expect(await world.restore()).toBeUndefined()
})

it('is refused before the first write where a right for it, or for its way back, is missing', async () => {
  await open()
  const before = resting()
  world.sandbox.switches.forbid(
    ({ verb, resource, name }) =>
      verb === '*' || (verb === 'patch' && resource === 'deployments' && name === 'worker') || (verb === 'delete' && name === 'cache'),
  )

  const id = await plane.start(workflow(canary, scale, apply, remove), '2.0.0', {}, files)
  const view = await plane.until(id, ended)

  expect(view).toMatchObject({ status: 'refused', exit: 2, failure: { code: 'SL-PREFLIGHT-RIGHT-MISSING' } })
  expect(view.failure?.message).toContain('deployments.apps in namespace shop (worker): we may not patch; needed by Scale')
  expect(view.failure?.message).toContain('deployments.apps in namespace shop (cache): we may not delete; needed by the way back')
  expect(resting()).toBe(before)
})

it("leaves a colleague's later edit alone on the way back", async () => {
  await open()
  const id = await plane.start(workflow(canary, scale, apply, remove, wait), '2.0.0', {}, files)
  await plane.until(id, waits)
  const flags = get('configmaps', 'flags') as KubernetesObject
  world.sandbox.apiServer.objects.update('configmaps', { ...flags, data: { search: 'theirs', other: 'kept' } } as never, {
    manager: 'kubectl-edit',
  })

  await plane.command(id, { do: 'abort', now: false, who: 'ada' })
  await plane.until(id, ended)

  expect([replicas('worker'), replicas('cache'), data('flags')]).toEqual([2, undefined, { search: 'theirs', other: 'kept' }])
})

it.each<[string, ResolvedStep, string]>([
  ['the workload of the release', step('scale', { workload: { ...worker, name: 'cart' }, to: { count: 1 } }, { settle }), 'OF-THE-RELEASE'],
  ['a workload that is not there', step('scale', { workload: { ...worker, name: 'nobody' }, to: { count: 1 } }, { settle }), 'MISSING'],
  [
    'the route',
    step('delete', { objects: [{ apiVersion: 'networking.istio.io/v1', kind: 'Gateway', name: 'cart-gateway' }] }),
    'CARRIES-TRAFFIC',
  ],
  ['the Service of the release', step('delete', { objects: [{ apiVersion: 'v1', kind: 'Service', name: 'cart-svc' }] }), 'OF-THE-RELEASE'],
])('does not touch %s', async (_, refused, code) => {
  await open()
  const before = resting()
  const id = await plane.start(workflow(refused), '2.0.0')

  const view = await plane.until(id, ended)

  expect(view).toMatchObject({ status: 'refused', exit: 2, failure: { code: `SL-OBJECTS-${code}` } })
  expect(resting()).toBe(before)
})

it('an apply ends as soon as a pod can never start, and says which and why', async () => {
  await open()
  world.sandbox.switches.pods(pod => pod.metadata.labels?.['app'] === 'cache', { pulls: false })
  const id = await plane.start(workflow(apply), '2.0.0', {}, { 'canary/deploy/1': files['canary/deploy/3'] })

  const view = await plane.until(id, ended)

  expect(view.failure?.message).toMatch(/^Deployment shop\/cache: Pod shop\/cache-.*: container cache cannot start: /)
})
