// What a dry run of a manifest tells, held against what the run's own writes then do: ownership brought over, then applied.
import { expect, it } from 'vitest'
import { seededRandom, VirtualClock, type Json, type JsonPatch, type KubernetesObject } from '#base/index.ts'
import { objectsOf, refOf, type Cluster } from '#delegate/kubernetes/index.ts'
import { dryRun } from '#delegate/release/dry-run.ts'
import { MANAGER, mergeOwners, RUN_MANAGER } from '#model/release/ownership.ts'
import { createApiServer, createInProcessCluster } from '#sandbox/api-server/index.ts'

const signal = new AbortController().signal
const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'cart' }

const deployment = (container: object = {}, pod: object = {}, spec: object = {}): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'cart', namespace: 'default', labels: { team: 'checkout' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'cart' } },
    template: {
      metadata: { labels: { app: 'cart' } },
      spec: { containers: [{ name: 'cart', image: 'cart:1', ...container }], ...pod },
    },
    ...spec,
  } as unknown as Json,
})

function setUp() {
  const clock = new VirtualClock()
  const random = seededRandom(1)
  const server = createApiServer({ clock, random })
  const cluster = { name: 'sandbox', ...createInProcessCluster({ server, clock }) } as unknown as Cluster
  const objects = objectsOf(cluster, { clock, random })
  const run = <T>(promise: Promise<T>): Promise<T> => clock.runUntil(promise)
  const live = async (): Promise<KubernetesObject> => {
    const object = await run(objects.get(ref, signal))
    if (!object) throw new Error('the Deployment is not there')
    return object
  }
  return {
    objects,
    run,
    live,
    create: (object: KubernetesObject, by: string) => run(objects.create(object, { fieldManager: by }, signal)),
    edit: (by: string, ...patch: JsonPatch) => run(objects.patch(ref, patch, { fieldManager: by }, signal)),
    apply: (object: KubernetesObject, by: string) => run(objects.apply(object, { fieldManager: by, force: true }, signal)),
  }
}

type World = ReturnType<typeof setUp>

/** The writes of a run: others' fields become ours, then the manifest is applied. */
async function written(manifest: KubernetesObject, { live, edit, apply, run, objects }: World): Promise<KubernetesObject> {
  const managedFields = mergeOwners(await live(), MANAGER)
  if (managedFields) await edit(RUN_MANAGER, { op: 'replace', path: '/metadata/managedFields', value: managedFields })
  await apply(manifest, MANAGER)
  return (await run(objects.get(ref, signal))) as KubernetesObject
}

const content = ({ metadata: { labels, annotations }, spec }: KubernetesObject) => ({ labels, annotations, spec })
const container = '/spec/template/spec/containers/0'
const env = (...names: readonly string[]): Json => names.map(name => ({ name, value: 'on' }))

it.each<[string, (world: World) => Promise<unknown>, KubernetesObject]>([
  ['created by kubectl, the same', ({ create }) => create(deployment(), 'kubectl-create'), deployment()],
  ['created by kubectl, with another image', ({ create }) => create(deployment(), 'kubectl-create'), deployment({ image: 'cart:2' })],
  [
    'of which kubectl set more than the manifest says: a list, an item, a setting with a default, one without',
    ({ create }) =>
      create(
        deployment({ env: env('DEBUG'), imagePullPolicy: 'Always' }, { volumes: [{ name: 'tmp', emptyDir: {} }] }, { minReadySeconds: 7 }),
        'kubectl-create',
      ),
    deployment({ image: 'cart:2' }),
  ],
  [
    'ours, with a variable that somebody added by kubectl to one of ours',
    async ({ apply, edit }) => {
      await apply(deployment({ env: env('OURS') }), MANAGER)
      await edit('kubectl-edit', { op: 'add', path: `${container}/env/-`, value: { name: 'DEBUG', value: 'on' } })
    },
    deployment({ image: 'cart:2', env: env('OURS') }),
  ],
  [
    'ours, restarted by kubectl',
    async ({ apply, edit }) => {
      await apply(deployment(), MANAGER)
      const value = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' }
      await edit('kubectl-rollout', { op: 'add', path: '/spec/template/metadata/annotations', value })
    },
    deployment({ image: 'cart:2' }),
  ],
  [
    'ours, with a variable that a live controller keeps, and one by kubectl',
    async ({ apply, edit }) => {
      await apply(deployment(), MANAGER)
      await edit('reloader', { op: 'add', path: `${container}/env`, value: env('HASH') })
      await edit('kubectl-edit', { op: 'add', path: `${container}/env/-`, value: { name: 'DEBUG', value: 'on' } })
    },
    deployment({ image: 'cart:2' }),
  ],
  [
    'with a sidecar, labels and annotations by kubectl: what is said of metadata stays its',
    async ({ apply, edit }) => {
      await apply(deployment(), MANAGER)
      await edit(
        'kubectl-edit',
        { op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'debug', image: 'debug:1' } },
        { op: 'add', path: '/metadata/annotations', value: { note: 'by hand' } },
        { op: 'add', path: '/metadata/labels/by', value: 'hand' },
      )
    },
    deployment({ image: 'cart:2' }),
  ],
  [
    'of a chart of helm, which said more ports and another strategy',
    ({ create }) =>
      create(
        deployment({ ports: [{ containerPort: 8080 }, { containerPort: 9090, name: 'admin' }] }, {}, { strategy: { type: 'Recreate' } }),
        'helm',
      ),
    deployment({ ports: [{ containerPort: 8080 }] }),
  ],
])('tells what the writes of a run make of an object %s', async (_, prepare, manifest) => {
  const world = setUp()
  await prepare(world)

  const tried = await world.run(dryRun(manifest, await world.live(), world.objects, signal))
  const told = 'after' in tried ? content(tried.after) : tried.failure

  expect(told).toEqual(content(await written(manifest, world)))
})

it('tells of an object that is not there what it will be', async () => {
  const world = setUp()

  const tried = await world.run(dryRun(deployment(), undefined, world.objects, signal))

  expect(tried).toMatchObject({ after: { spec: { replicas: 2, strategy: { type: 'RollingUpdate' } } }, conflicts: [] })
  expect(await world.run(world.objects.get(refOf(deployment()), signal))).toBeUndefined()
})
