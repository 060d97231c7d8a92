import { VirtualClock, seededRandom, type KubernetesObject } from '#base/index.ts'
import type { EngineStore } from '#control-plane/engine/index.ts'
import { memoryStore } from '#control-plane/store/index.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from '#sandbox/index.ts'
import { shop } from './application.ts'
import { fork, type Script } from './script.ts'
import { newTrail, type Trail } from './trail.ts'

/** The cluster, the mesh, the store and the time of one seed. */
export interface World {
  readonly clock: VirtualClock
  readonly sandbox: Sandbox
  readonly store: EngineStore
  readonly trail: Trail
}

/** Kinds whose every change is an event of the trail. */
const watched = [
  'deployments.apps',
  'replicasets.apps',
  'pods',
  'services',
  'endpointslices.discovery.k8s.io',
  'virtualservices.networking.istio.io',
  'destinationrules.networking.istio.io',
  'httproutes.gateway.networking.k8s.io',
  'ingresses.networking.k8s.io',
  'configmaps',
  'leases.coordination.k8s.io',
  'horizontalpodautoscalers.autoscaling',
]

/** A cluster with a mesh that runs, and nothing of the application in it yet. */
export async function openWorld(script: Script, options: Partial<SandboxOptions>): Promise<World> {
  const order = fork(script.seed, 1)
  const clock = new VirtualClock(Date.UTC(2026, 0, 1), () => order())
  const sandbox = createSandbox({
    clock,
    random: seededRandom(script.seed),
    ...options,
  })
  const trail = newTrail()
  const objects = sandbox.apiServer.objects
  for (const resource of watched) {
    objects.subscribe(resource, ({ type, object }) =>
      trail.add(`${clock.now()} ${type} ${resource}/${object.metadata.name}@${object.metadata.resourceVersion}`),
    )
  }
  await clock.runUntil(sandbox.start())
  objects.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: shop } }, { manager: 'simulation' })
  const store = memoryStore(clock)
  store.subscribe(hint => trail.add(`${clock.now()} ${JSON.stringify(hint)}`))
  return { clock, sandbox, store, trail }
}

/** Objects of the namespace as people see them at rest: without what only the server keeps, and without the record. */
export function resting({ sandbox }: Pick<World, 'sandbox'>): readonly unknown[] {
  return atRest({ sandbox }).map(shown)
}

/** What people and runs write: the rest is the controllers'. */
const written = watched.filter(each => !/pods|replicasets|endpointslices/.test(each))

/** The same objects as they are. */
export function atRest(world: Pick<World, 'sandbox'>): readonly KubernetesObject[] {
  return written.flatMap(resource => ofApplication(resource, world))
}

/** Objects of this resource, without the record. */
function ofApplication(resource: string, { sandbox }: Pick<World, 'sandbox'>): readonly KubernetesObject[] {
  return sandbox.apiServer.objects.list(resource, shop).filter(object => !isRecord(object))
}

/** Somebody writes other owners into everything of the application; nothing else of it changes. */
export function giveTo(world: Pick<World, 'sandbox'>, owners: (entry: object) => object, by: string): void {
  for (const resource of written)
    for (const { metadata } of ofApplication(resource, world)) {
      const managedFields = (metadata.managedFields ?? []).map(entry => owners(entry as object))
      world.sandbox.apiServer.objects.patch(
        resource,
        { namespace: shop, name: metadata.name },
        { metadata: { managedFields } },
        { manager: by },
      )
    }
}

function isRecord({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.['sluice.dev/record'] !== undefined
}

function shown(object: KubernetesObject): unknown {
  const { name, annotations, labels } = object.metadata
  const { 'deployment.kubernetes.io/revision': _, ...own } = annotations ?? {}
  return { kind: object.kind, name, annotations: own, labels: labels ?? {}, spec: object.spec ?? null, data: object['data'] ?? null }
}
