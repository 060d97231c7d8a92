import { seededRandom, type Clock, type KubernetesObject, type Random } from '#base/index.ts'
import { text, type Address, type HttpAnswer, type HttpRequest, type Program } from '#sandbox/pods/index.ts'
import { createBalancer } from './balancer.ts'
import type { Peer } from './connection.ts'
import { forward, type Forwarded, type Forwarding } from './forward.ts'
import type { XdsType } from './push-rules.ts'
import { ProxyView } from './proxy-view.ts'
import { createStats, type ProxyStats } from './stats.ts'

export interface ProxyOptions {
  readonly pod: KubernetesObject
  readonly clock: Clock
  readonly random: Random
  /** Of Istio. */
  readonly version: string
  readonly send: (to: Address, request: HttpRequest, signal?: AbortSignal) => Promise<HttpAnswer>
}

/** A request that is only asked about. */
export interface Asked {
  readonly host: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Of the gateway; 80 where it is left out. */
  readonly port?: number
}

/** A destination of a route, as a gateway knows it. */
export interface BelievedDestination {
  /** `outbound|80|canary|cart.shop.svc.cluster.local`. */
  readonly cluster: string
  /** 0 to 1. */
  readonly share: number
  /** Pods that it may send to; undefined where the cluster does not exist for it. */
  readonly pods: readonly string[] | undefined
}

/** The port on which Envoy serves its metrics. */
const statsPort = 15_090

/** The port of Envoy's own pages, for its pod's localhost only. */
const adminPort = 15_000

/** One ingress gateway: a view of the mesh, and requests that are sent by it. */
export class GatewayProxy {
  readonly peer: Peer
  readonly view = new ProxyView()
  readonly #world: Forwarding
  readonly #stats: ProxyStats
  #markReady: () => void = () => {}
  readonly #ready = new Promise<void>(resolve => (this.#markReady = resolve))

  constructor({ pod, clock, random, version, send }: ProxyOptions) {
    const { name, namespace = '', labels = {} } = pod.metadata
    // A generator of its own: its requests must not change what the rest of the cluster does.
    const own = seededRandom(Math.floor(random() * 2 ** 32))
    this.#world = { view: this.view, clock, random: own, balancer: createBalancer(own), send }
    this.#stats = createStats(pod)
    const told = new Set<XdsType>()
    this.peer = {
      id: `${name}.${namespace}`,
      namespace,
      labels,
      version,
      accept: resources => {
        // Envoy is ready once it knows which listeners it has.
        if (resources.type === 'listeners') this.#markReady()
        told.add(resources.type)
        return this.view.accept(resources)
      },
      isWarming: () => this.view.isWarming(),
      asksFor: type => told.has(type),
    }
  }

  /** Forwards a request that came to `port`. Rejects with NoAnswer where nothing listens there. */
  async send(request: HttpRequest, port = 80, signal?: AbortSignal): Promise<Forwarded> {
    const { clock } = this.#world
    const begun = clock.now()
    const forwarded = await forward(this.#world, port, request, signal)
    const live = forwarded.cluster === undefined ? undefined : this.view.cluster(forwarded.cluster)
    this.#stats.record(forwarded, clock.now() - begun, live)
    return forwarded
  }

  /** Where a request would go now, by what this gateway believes. Empty where it would answer by itself. */
  destinations({ host, path = '/', headers = {}, port = 80 }: Asked): readonly BelievedDestination[] {
    const decision = this.view.routesOn(port)?.decide({ host, path, headers })
    if (decision?.is !== 'routed') return []
    return decision.destinations.map(({ cluster, share }) => ({
      cluster,
      share,
      pods: this.view.cluster(cluster)?.endpoints.map(({ pod }) => pod),
    }))
  }

  /** What runs in the gateway's pod; `ended` is called when the pod goes. */
  program(ended: () => void): Program {
    return {
      ready: () => this.#ready,
      end: ended,
      answer: async (request, port) => {
        if (port === statsPort && request.path.startsWith('/stats/prometheus')) return text(200, this.#stats.text())
        if (port === adminPort) return request.path === '/clusters' ? text(200, this.#clustersPage()) : text(404, '')
        if (port === 15_021 && request.path === '/healthz/ready') return text(200, '')
        if (port === statsPort || port === 15_021) return text(404, '')
        return this.answer(request, port)
      },
    }
  }

  /** Every address with what is under way to it; one that is in several clusters stands under the first of them. */
  #clustersPage(): string {
    const told = new Set<string>()
    const rows = this.view.show().clusters.flatMap(({ cluster, endpoints }) =>
      endpoints.flatMap(endpoint => {
        const address = `${endpoint.ip}:${endpoint.port}`
        if (told.has(address)) return []
        told.add(address)
        return [`${cluster.name}::${address}::rq_active::${this.#world.balancer.load(endpoint)}`]
      }),
    )
    return `${rows.join('\n')}\n`
  }

  /** The answer to a request as a client sees it. */
  async answer(request: HttpRequest, port: number): Promise<HttpAnswer> {
    return shown(await this.send(request, port))
  }
}

/** The answer as a client sees it: with the flags, and who made it. */
function shown({ answer, flags, by }: Forwarded): HttpAnswer {
  const headers = { ...answer.headers, server: 'istio-envoy', 'x-envoy-response-flags': flags, 'x-answered-by': by }
  return { ...answer, headers }
}
