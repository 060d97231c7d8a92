import { resourceName, resources, type ObjectStore } from '#sandbox/api-server/index.ts'
import type { PodRuntime } from '#sandbox/pods/index.ts'
import { seededRandom, type Clock, type KubernetesObject, type Random } from '#base/index.ts'
import { autoscalerController } from './autoscaler.ts'
import { runController, type Controller, type ControllerWorld } from './controller.ts'
import { daemonSetController } from './daemon-set.ts'
import { deploymentController } from './deployment/deployment.ts'
import { endpointSliceController } from './endpoint-slice.ts'
import { garbageCollector } from './garbage-collector.ts'
import { gatewayClassController, gatewayController, routeController } from './gateway-api/index.ts'
import { ingressController } from './ingress.ts'
import { jobController } from './job.ts'
import { Kubelet } from './kubelet/kubelet.ts'
import { createRegistry, type Registry } from './kubelet/registry.ts'
import { namespaceController } from './namespace.ts'
import { objectsOf } from './objects.ts'
import { replicaSetController } from './replica-set.ts'
import { timestamp } from './shapes.ts'
import { statefulSetController } from './stateful-set.ts'

/** How fast the cluster's own machinery is; all in milliseconds. */
export interface Pace {
  /** Between a change and a controller's look at it. */
  readonly controller: () => number
  /** The same for EndpointSlices, which may lag behind everything else. */
  readonly endpoints: () => number
  /** Between a pod's object and the start of its container. */
  readonly podStart: () => number
  /** Between a change and what istiod says of it in the status of Gateways and routes: later than the other controllers. */
  readonly gatewayStatus: () => number
  /** Between a change and ingress-nginx' word in the status of an Ingress. */
  readonly ingressStatus: () => number
}

export interface ControllerOptions {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly runtime: PodRuntime
  readonly pace?: Partial<Pace>
  /** How many pods the node takes. */
  readonly capacity?: number
  /** Whether some istiod runs, and writes into the status of Gateways and routes; left out: none does. */
  readonly hasIstiod?: () => boolean
}

/** The running controllers, and what a test or a person may switch. */
export interface Controllers {
  readonly registry: Registry
  /** How many pods the node takes from now on; running ones stay. */
  setCapacity(pods: number): void
  stop(): void
}

const node = { name: 'node-1', ip: '172.18.0.2' } as const

/** Kubernetes' own default. */
const usualCapacity = 110

/** Starts node, kubelet and every controller. */
export function startControllers(options: ControllerOptions): Controllers {
  const { store, clock, runtime } = options
  const seed = Math.floor(options.random() * 2 ** 32)
  const random = seededRandom(seed)
  // A generator of its own: what is said of routes must not change how pods and endpoints move.
  const afterwards = seededRandom(seed + 1)
  const between = (least: number, most: number) => (): number => least + Math.floor(random() * (most - least + 1))
  // Controllers of a quiet cluster look within milliseconds; a container starts within a fifth of a second.
  const pace: Pace = {
    controller: between(1, 8),
    endpoints: between(5, 30),
    podStart: between(50, 200),
    gatewayStatus: () => 20 + Math.floor(afterwards() * 81),
    ingressStatus: () => 20 + Math.floor(afterwards() * 81),
    ...options.pace,
  }
  const objects = objectsOf(store, 'kube-controller-manager')
  const world: ControllerWorld = { objects, clock, random }
  const registry = createRegistry()
  let capacity = options.capacity ?? usualCapacity
  createNode(store, clock)
  const istiod: ControllerWorld = { ...world, objects: objectsOf(store, 'pilot-discovery') }
  const nginx: ControllerWorld = { ...world, objects: objectsOf(store, 'nginx-ingress-controller') }
  const stops = [
    ...controllersOf(world, pace).map(controller => runController(world, controller)),
    ...gatewayControllersOf(istiod, pace, options.hasIstiod ?? (() => false)).map(controller => runController(istiod, controller)),
    runController(nginx, ingressController(nginx, pace.ingressStatus)),
  ]
  const kubelet = new Kubelet({
    objects: objectsOf(store, 'kubelet'),
    clock,
    runtime,
    registry,
    node,
    capacity: () => capacity,
    startDelay: pace.podStart,
  })
  return {
    registry,
    setCapacity(pods) {
      capacity = pods
      kubelet.lookForRoom()
    },
    stop() {
      stops.forEach(stop => stop())
      kubelet.stop()
    },
  }
}

function controllersOf(world: ControllerWorld, { controller, endpoints }: Pace): readonly Controller[] {
  const namespaced = resources.filter(resource => resource.namespaced).map(resourceName)
  return [
    deploymentController(world, controller),
    replicaSetController(world, controller),
    endpointSliceController(world, endpoints),
    autoscalerController(world, controller),
    jobController(world, controller),
    statefulSetController(world, controller),
    daemonSetController(world, controller),
    garbageCollector(world, namespaced, controller),
    namespaceController(world, namespaced, controller),
  ]
}

/** What istiod does besides pushing: it waits while there is none. */
function gatewayControllersOf(world: ControllerWorld, { gatewayStatus }: Pace, hasIstiod: () => boolean): readonly Controller[] {
  const all = [
    gatewayClassController(world, gatewayStatus),
    gatewayController(world, gatewayStatus),
    routeController('HTTPRoute', world, gatewayStatus),
    routeController('GRPCRoute', world, gatewayStatus),
  ]
  return all.map(controller => ({ ...controller, reconcile: key => (hasIstiod() ? controller.reconcile(key) : untilIstiod) }))
}

/** Milliseconds between two looks for an istiod. */
const untilIstiod = 500

function createNode(store: ObjectStore, clock: Clock): void {
  const at = timestamp(clock.now())
  const object: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node.name, labels: { 'kubernetes.io/hostname': node.name, 'kubernetes.io/os': 'linux' } },
    spec: { podCIDR: '10.244.0.0/16' },
    status: {
      addresses: [
        { type: 'InternalIP', address: node.ip },
        { type: 'Hostname', address: node.name },
      ],
      capacity: { pods: String(usualCapacity), cpu: '8', memory: '16Gi' },
      allocatable: { pods: String(usualCapacity), cpu: '8', memory: '16Gi' },
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
          lastHeartbeatTime: at,
          lastTransitionTime: at,
        },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.35.0',
        osImage: 'Sluice sandbox',
        architecture: 'amd64',
        operatingSystem: 'linux',
        containerRuntimeVersion: 'sluice://1',
      },
    },
  }
  store.create('nodes', object, { manager: 'kubelet' })
}
