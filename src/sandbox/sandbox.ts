import { seededRandom, systemClock, type Clock, type KubernetesObject, type Random } from '#base/index.ts'
import {
  createApiServer,
  createInProcessCluster,
  type ApiServer,
  type Attributes,
  type InProcessCluster,
  type InProcessClusterOptions,
  type ObjectStore,
} from '#sandbox/api-server/index.ts'
import { startControllers, type Pace } from '#sandbox/controllers/index.ts'
import { loadProgram } from '#sandbox/load/index.ts'
import { installIstio } from './istio-system.ts'
import { createIngressNginx, type IngressNginx, type IngressNginxOptions, type NginxProxy } from '#sandbox/ingress-nginx/index.ts'
import { istioWebhook, Mesh, usualVersion, type Asked, type GatewayProxy, type MeshOptions, type ProxyShares } from '#sandbox/mesh/index.ts'
import { createPrometheus, type PrometheusOptions, type SandboxPrometheus } from '#sandbox/prometheus/index.ts'
import { inside, type SandboxInside } from './inside.ts'
import { podHttp, type PodHttp } from './pod-http.ts'
import { imageOf, imageTag, isPodReady, PodRuntime, usualBehaviour, type Behaviour, type ProgramFor } from '#sandbox/pods/index.ts'

export interface SandboxOptions {
  /** The machine's clock where it is left out; a VirtualClock needs `network: 'calls'`. */
  readonly clock?: Clock
  readonly random: Random
  /** `sockets`: applications are real HTTP servers on loopback. `calls` (the default): plain functions. */
  readonly network?: 'sockets' | 'calls'
  readonly mesh?: MeshOptions & {
    /** How many istiods and gateways there are; one of each where left out. */
    readonly istiods?: number
    readonly gateways?: number
  }
  /** ingress-nginx; left out: none is installed. */
  readonly nginx?: IngressNginxOptions
  /** A Prometheus that scrapes the proxies of the mesh; left out: there is none. */
  readonly prometheus?: PrometheusOptions
  readonly pods?: Partial<Behaviour>
  readonly pace?: Partial<Pace>
  /** How many pods the node takes, those of the mesh included. */
  readonly capacity?: number
  /** istiod's validating webhook; on where left out. */
  readonly webhook?: boolean
  /** What else runs in pods: a program for the pods it knows, undefined for all others. */
  readonly programs?: ProgramFor
  /** How requests through `cluster` travel and fail. */
  readonly way?: Pick<InProcessClusterOptions, 'latency' | 'faults' | 'dropWatch'>
}

/** What can be switched on a running sandbox. */
export interface Switches {
  /** istiod's validating webhook. */
  webhook(on: boolean): void
  /** Changes how pods behave, by the version they run, by name, or by any rule. */
  pods(
    which: { readonly version?: string; readonly name?: string } | ((pod: KubernetesObject) => boolean),
    change: Partial<Behaviour>,
  ): void
  /** Ends the process of a pod without warning; its kubelet starts it again. */
  crash(pod: { readonly namespace: string; readonly name: string }): void
  /** How many pods the node takes from now on. */
  capacity(pods: number): void
  /** Takes rights away from everybody: what the rule names is forbidden from now on, port-forwards (`create pods/portforward`) too. */
  forbid(rule: (attributes: Attributes) => boolean): void
  /** Pushes a tag again, with other content: pods that start from now on run another image. */
  push(image: string): void
}

/** The cluster as its clients see it, in the form of the delegate's port. */
export interface SandboxCluster {
  readonly name: string
  readonly request: InProcessCluster['request']
  watch(path: string, signal?: AbortSignal): AsyncIterable<SeenEvent>
  readonly podHttp: PodHttp
}

/** One line of a watch; an ERROR's object is a Status. */
export interface SeenEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: KubernetesObject
}

/** A cluster with a mesh in one process. */
export interface Sandbox {
  readonly cluster: SandboxCluster
  /** The pods' network as a process under this service account would see it in the cluster. */
  inside(account: { readonly namespace: string; readonly name: string }): SandboxInside
  readonly apiServer: ApiServer
  readonly mesh: Mesh
  readonly pods: PodRuntime
  readonly switches: Switches
  /** Where one is installed. */
  readonly prometheus: SandboxPrometheus | undefined
  /** The running gateways, sorted by the names of their pods. */
  gateways(): readonly GatewayProxy[]
  /** The running pods of ingress-nginx, sorted by their names. */
  nginx(): readonly NginxProxy[]
  /** Where each running gateway would send a request now, by what it believes. */
  shares(request: Asked): readonly ProxyShares[]
  /** Resolves when istiods and gateways are ready. */
  start(): Promise<void>
  /** Ends everything; nothing runs on. */
  stop(): void
}

/** Makes a sandbox; nothing runs before `start`. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { clock = systemClock, random, network = 'calls' } = options
  const fork = (): Random => seededRandom(Math.floor(random() * 2 ** 32))
  let webhook = options.webhook ?? true
  const admission = [istioWebhook({ isOn: () => webhook, isServed: () => mesh.isReady() })]
  let forbidden: (attributes: Attributes) => boolean = () => false
  const access = { authorize: (attributes: Attributes) => !forbidden(attributes) }
  const apiServer = createApiServer({ clock, random: fork(), admission, namespaces, access })
  const store = apiServer.objects
  const runtime: PodRuntime = new PodRuntime({
    clock,
    random: fork(),
    usual: { ...usualBehaviour, ...options.pods },
    transport: network,
    programFor: (pod, ip) => mesh.programFor(pod) ?? nginx.programFor(pod) ?? loadProgram(pod, load) ?? options.programs?.(pod, ip),
  })
  const send: PodRuntime['send'] = (to, request, signal) => runtime.send(to, request, signal)
  const load = { store, clock, random: seededRandom(LOAD_SEED), send }
  const mesh: Mesh = new Mesh({ store, clock, random: fork(), send }, options.mesh)
  const nginx: IngressNginx = createIngressNginx({ store, clock, random, send }, options.nginx)
  const prometheus = options.prometheus && createPrometheus({ store, clock, send }, options.prometheus)
  const limits = { pace: options.pace ?? {}, ...(options.capacity === undefined ? {} : { capacity: options.capacity }) }
  const hasIstiod = (): boolean => mesh.isReady()
  const controllers = startControllers({ store, clock, random: fork(), runtime, hasIstiod, ...limits })
  const inProcess = createInProcessCluster({ server: apiServer, clock, ...options.way })
  return {
    cluster: {
      name: 'sandbox',
      request: inProcess.request,
      watch: (path, signal) => inProcess.watch(path, signal) as AsyncIterable<SeenEvent>,
      podHttp: podHttp(store, runtime, access),
    },
    inside: account => inside(runtime, account),
    apiServer,
    mesh,
    pods: runtime,
    prometheus,
    switches: {
      webhook: on => void (webhook = on),
      pods: (which, change) => runtime.disturb(typeof which === 'function' ? which : pod => fits(pod, which), change),
      crash: pod => runtime.crash(store.get('pods', pod)?.metadata.uid ?? ''),
      capacity: controllers.setCapacity,
      forbid: rule => void (forbidden = rule),
      push: controllers.registry.push,
    },
    gateways: () => mesh.running,
    nginx: () => nginx.proxies(),
    shares: request => mesh.shares(request),
    start() {
      const { istiods = 1, gateways = 1, version = usualVersion, debounce } = options.mesh ?? {}
      installIstio(store, { version, istiods, gateways, debounceAfter: debounce?.after })
      return allReady(store, [{ namespace: 'istio-system', pods: istiods + gateways }, ...nginx.install(store)])
    },
    stop() {
      prometheus?.close()
      controllers.stop()
      runtime.close()
    },
  }
}

/** Load generators have a generator of their own, whose seed never changes: that they exist must not change what the rest of the cluster does. */
const LOAD_SEED = 1

const namespaces = ['default', 'istio-system', 'kube-node-lease', 'kube-public', 'kube-system']

function fits(pod: KubernetesObject, { version, name }: { readonly version?: string; readonly name?: string }): boolean {
  return (version === undefined || imageTag(imageOf(pod)) === version) && (name === undefined || pod.metadata.name === name)
}

/** Resolves when each namespace has so many ready pods. */
function allReady(store: ObjectStore, wanted: readonly { readonly namespace: string; readonly pods: number }[]): Promise<void> {
  return new Promise(resolve => {
    const end = store.subscribe('pods', () => {
      if (wanted.some(({ namespace, pods }) => store.list('pods', namespace).filter(isPodReady).length < pods)) return
      end()
      resolve()
    })
  })
}
