// 1. A gateway is connected to one istiod at most; while it is to none it keeps what it believes.
// 2. Which istiod a gateway turns to is chance, as behind a Service.
import { seededRandom, type Clock, type KubernetesObject, type Random } from '#base/index.ts'
import type { ObjectStore } from '#sandbox/api-server/index.ts'
import { imageOf, type PodRuntime, type Program } from '#sandbox/pods/index.ts'
import type { Propagation } from './connection.ts'
import type { DebounceOptions } from './debounce.ts'
import { answerDebug, type DebugAnswers } from './debug.ts'
import { GatewayProxy, type Asked, type BelievedDestination } from './gateway-proxy.ts'
import { Istiod } from './istiod.ts'

/** How the mesh is and how fast; all in milliseconds. Left out: as facts/measured.md found it on a quiet mesh. */
export interface MeshOptions {
  /** Of Istio: `1.27.1`. */
  readonly version?: string
  readonly debounce?: Partial<DebounceOptions>
  /** Between a write and the sight that an istiod has of it, by the name of its pod: one may lag behind the others. */
  readonly readDelay?: (istiod: string) => number
  /** That a push takes to make its context. */
  readonly pushDuration?: () => number
  /** Between the context and the first message to a proxy. */
  readonly queueDelay?: () => number
  /** That a message of a type takes to a proxy. */
  readonly propagation?: Propagation
  /** Between the loss of an istiod and the next try to reach one. */
  readonly reconnectDelay?: () => number
  readonly debugOnHttp?: boolean
  /** What istiods answer on their HTTP ports, by the name of the pod; asked for every request, so it may change. */
  readonly debugAnswers?: (istiod: string) => DebugAnswers
  /** The version that istiods tell on their pages, where it is not the one they are. */
  readonly claims?: string
  /** Namespaces whose service accounts may ask an istiod for its pages, beside its own: `DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES`. */
  readonly debugNamespaces?: readonly string[]
  /** Whether syncz leaves a proxy out, by its id (`istio-ingressgateway-6f.istio-system`); it is connected and counted all the same. */
  readonly hides?: (proxy: string) => boolean
  /** Whether an istiod reads the objects of a namespace, by the name of its pod: discoverySelectors. */
  readonly reads?: (namespace: string, istiod: string) => boolean
}

/** The Istio that the mesh plays where no other is asked for. */
export const usualVersion = '1.27.1'

/** Istio's default: a push after 100 ms of quiet, 10 s at most. */
const usualDebounce: DebounceOptions = { after: 100, max: 10_000 }

/** What the mesh lives in; `send` is the pods' network. */
export interface MeshWorld {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly send: PodRuntime['send']
}

/** What one gateway believes about a request. */
export interface ProxyShares {
  readonly gateway: string
  /** The one it is connected to. */
  readonly istiod: string | undefined
  readonly destinations: readonly BelievedDestination[]
}

/** All istiods and gateways. Their pods start and stop them. */
export class Mesh {
  readonly istiods = new Map<string, Istiod>()
  readonly gateways = new Map<string, GatewayProxy>()
  readonly #world: MeshWorld
  readonly #options: Required<Omit<MeshOptions, 'debounce'>> & { readonly debounce: DebounceOptions }
  readonly #homes = new Map<string, string>()
  readonly #away = new Set<string>()
  readonly #readyIstiods = new Set<string>()
  #running: readonly GatewayProxy[] = []

  constructor(world: MeshWorld, options: MeshOptions = {}) {
    const random = seededRandom(Math.floor(world.random() * 2 ** 32))
    const between = (least: number, most: number) => (): number => Math.round((least + random() * (most - least)) * 1000) / 1000
    this.#world = { ...world, random }
    this.#options = {
      version: usualVersion,
      readDelay: between(1, 10),
      pushDuration: between(0.5, 3),
      queueDelay: between(0.1, 1),
      propagation: () => 1,
      reconnectDelay: between(300, 1000),
      debugOnHttp: true,
      debugAnswers: () => 'pages',
      claims: options.version ?? usualVersion,
      debugNamespaces: [],
      hides: () => false,
      reads: () => true,
      ...options,
      debounce: { ...usualDebounce, ...options.debounce },
    }
  }

  /** What runs in a pod of this image; undefined where it is nothing of the mesh. */
  programFor(pod: KubernetesObject): Program | undefined {
    const image = imageOf(pod)
    if (image.includes('istio/pilot')) return this.#startIstiod(pod)
    return image.includes('istio/proxyv2') ? this.#startGateway(pod) : undefined
  }

  /** Cuts a gateway off from its istiod; it turns to one again after `milliseconds`, or when it is connected by hand. */
  disconnect(gateway: string, milliseconds?: number): void {
    this.#away.add(gateway)
    this.#leave(gateway)
    if (milliseconds !== undefined) this.#world.clock.after(milliseconds, () => this.connect(gateway))
  }

  /** Connects a gateway to an istiod, by the names of their pods; to any one where none is named. */
  connect(gateway: string, istiod?: string): void {
    this.#away.delete(gateway)
    this.#leave(gateway)
    const ready = [...this.istiods.keys()].filter(name => this.#readyIstiods.has(name)).toSorted()
    const home = istiod ?? ready[Math.floor(this.#world.random() * ready.length)]
    const proxy = this.gateways.get(gateway)
    const target = home === undefined ? undefined : this.istiods.get(home)
    if (!proxy || !target || home === undefined) return
    this.#homes.set(gateway, home)
    target.connect(proxy.peer)
  }

  /** Where each gateway would send a request now, sorted by their names. */
  shares(request: Asked): readonly ProxyShares[] {
    return [...this.gateways]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([gateway, proxy]) => ({ gateway, istiod: this.homeOf(gateway), destinations: proxy.destinations(request) }))
  }

  /** Whether some istiod answers. */
  isReady(): boolean {
    return this.#readyIstiods.size > 0
  }

  /** The istiod a gateway is connected to. */
  homeOf(gateway: string): string | undefined {
    return this.#homes.get(gateway)
  }

  #startIstiod(pod: KubernetesObject): Program {
    const { name } = pod.metadata
    const { readDelay, reads, debugAnswers, debugOnHttp, debugNamespaces, claims, hides } = this.#options
    const istiod = new Istiod({
      ...this.#world,
      ...this.#options,
      readDelay: () => readDelay(name),
      reads: namespace => reads(namespace, name),
    })
    this.istiods.set(name, istiod)
    void istiod.ready.then(() => {
      if (this.istiods.get(name) !== istiod) return
      this.#readyIstiods.add(name)
      for (const gateway of this.gateways.keys()) if (!this.#homes.has(gateway) && !this.#away.has(gateway)) this.connect(gateway)
    })
    return {
      ready: () => istiod.ready,
      answer: (request, port) =>
        answerDebug(istiod, { debugOnHttp, debugNamespaces, claims, hides, answers: debugAnswers(name) }, request, port),
      end: () => {
        istiod.stop()
        this.istiods.delete(name)
        this.#readyIstiods.delete(name)
        for (const [gateway, home] of this.#homes) if (home === name) this.#lost(gateway)
      },
    }
  }

  #startGateway(pod: KubernetesObject): Program {
    const { name } = pod.metadata
    const proxy = new GatewayProxy({ ...this.#world, pod, version: this.#options.version })
    this.gateways.set(name, proxy)
    this.#sort()
    this.connect(name)
    return proxy.program(() => {
      this.#leave(name)
      this.gateways.delete(name)
      this.#sort()
    })
  }

  /** The gateways by the names of their pods; the same list while none comes or goes. */
  get running(): readonly GatewayProxy[] {
    return this.#running
  }

  #sort(): void {
    this.#running = [...this.gateways.keys()].toSorted().flatMap(name => this.gateways.get(name) ?? [])
  }

  #lost(gateway: string): void {
    this.#homes.delete(gateway)
    this.#world.clock.after(this.#options.reconnectDelay(), () => {
      if (!this.#homes.has(gateway) && !this.#away.has(gateway)) this.connect(gateway)
    })
  }

  #leave(gateway: string): void {
    const home = this.#homes.get(gateway)
    const proxy = this.gateways.get(gateway)
    this.#homes.delete(gateway)
    if (home !== undefined && proxy) this.istiods.get(home)?.disconnect(proxy.peer.id)
  }
}
