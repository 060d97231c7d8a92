import { seededRandom, VirtualClock, type KubernetesObject } from '#base/index.ts'
import { createApiServer, type ObjectStore } from '#sandbox/api-server/index.ts'
import { PodRuntime, usualBehaviour, type Behaviour } from '#sandbox/pods/index.ts'
import { startControllers, type ControllerOptions, type Controllers } from './controllers.ts'
import type { Deployment } from './shapes.ts'

const by = { manager: 'test' }

/** A cluster in virtual time, for the tests of this folder. */
export interface TestCluster {
  readonly clock: VirtualClock
  readonly store: ObjectStore
  readonly runtime: PodRuntime
  readonly controllers: Controllers
  create(resource: string, object: object): KubernetesObject
  /** Changes what is stored, as a merge patch would. */
  patch(resource: string, name: string, patch: object): KubernetesObject
  get<T extends KubernetesObject = KubernetesObject>(resource: string, name: string): T
  list<T extends KubernetesObject = KubernetesObject>(resource: string): readonly T[]
  /** Moves the clock until the condition holds; fails after ten minutes of virtual time. */
  until(what: string, holds: () => boolean): Promise<void>
}

export function testCluster(
  options: { readonly usual?: Partial<Behaviour>; readonly seed?: number } & Pick<ControllerOptions, 'capacity' | 'pace'> = {},
): TestCluster {
  const { usual, seed = 1, ...rest } = options
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const { objects: store } = createApiServer({ clock, random })
  const runtime = new PodRuntime({ clock, random, usual: { ...usualBehaviour, ...usual }, transport: 'calls', programFor: () => undefined })
  const controllers = startControllers({ store, clock, random, runtime, ...rest })
  return {
    clock,
    store,
    runtime,
    controllers,
    create: (resource, object) => store.create(resource, object as KubernetesObject, by),
    patch: (resource, name, patch) => store.patch(resource, { namespace: 'default', name }, patch, by),
    get<T extends KubernetesObject>(resource: string, name: string) {
      const found = store.get(resource, { namespace: 'default', name })
      if (!found) throw new Error(`${resource} ${name} is not there`)
      return found as T
    },
    list: <T extends KubernetesObject>(resource: string) => store.list(resource, 'default') as readonly T[],
    async until(what, holds) {
      const end = clock.now() + 600_000
      while (!holds()) if (!(await clock.step(end))) throw new Error(`never came true: ${what}`)
    },
  }
}

/** A Deployment as people write it. */
export function deployment(name: string, version: string, spec: object = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas: 4,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image: `acme/${name}:${version}` }] } },
      ...spec,
    },
  }
}

/** Whether a Deployment has rolled to the end. */
export function rolledOut({ spec, status, metadata }: Deployment): boolean {
  const wanted = spec.replicas ?? 1
  const counts = [status?.replicas, status?.updatedReplicas, status?.availableReplicas]
  return status?.observedGeneration === metadata.generation && counts.every((count = 0) => count === wanted)
}
