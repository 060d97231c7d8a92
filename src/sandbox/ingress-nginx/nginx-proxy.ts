// 1. Requests follow the view that the workers have; nothing here looks at the cluster but the controller's own look.
// 2. Without endpoints a canary gets nothing, whatever its weight says; without endpoints of the main Service everybody gets 503, even where
//    the canary has some.
// 3. A retry stays with the upstream that was chosen.
import { seededRandom, type Clock, type Random } from '#base/index.ts'
import type { NginxResolution, NginxUpstream, RoutedRequest } from '#model/traffic/index.ts'
import type { ObjectStore } from '#sandbox/api-server/index.ts'
import { NoAnswer, text, type Address, type HttpAnswer, type HttpRequest, type Program } from '#sandbox/pods/index.ts'
import { lookAt, watched, type NginxEndpoint, type NginxView } from './nginx-view.ts'
import { usualOptions, type NginxOptions } from './options.ts'

export interface NginxWorld {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly send: (to: Address, request: HttpRequest, signal?: AbortSignal) => Promise<HttpAnswer>
}

/** What one ingress-nginx answered, and who made the answer. */
export interface NginxForwarded {
  readonly answer: HttpAnswer
  readonly by: 'pod' | 'proxy'
  /** `shop-cart-80`; undefined where nobody has the host and path. */
  readonly upstream?: string
}

type Routed = NginxResolution & { readonly is: 'routed' }

/** An upstream that one ingress-nginx sends to. */
export interface NginxDestination {
  readonly upstream: NginxUpstream
  /** 0 to 1. */
  readonly share: number
  readonly endpoints: readonly NginxEndpoint[]
}

/** The port that requests come to. */
const httpPort = 80

/** How often ingress-nginx tries, the first time counted. */
const tries = 3

/** Requests that were sent are not sent again where doing them twice is not as good as once. */
const unsafe = new Set(['POST', 'PATCH', 'LOCK'])

/** One pod of ingress-nginx: its controller's looks at the cluster, and the requests that follow them. */
export class NginxProxy {
  /** The name of the pod. */
  readonly pod: string
  readonly #world: NginxWorld
  readonly #options: NginxOptions
  readonly #random: Random
  readonly #turns = new Map<string, number>()
  readonly #ends: readonly (() => void)[]
  #view: NginxView | undefined
  #looks = 0
  #followed = 0
  #last = -Infinity
  #waits = false
  #cancel = (): void => {}
  #markReady: () => void = () => {}
  readonly #ready = new Promise<void>(resolve => (this.#markReady = resolve))

  constructor(world: NginxWorld, pod: string, options: Partial<NginxOptions> = {}) {
    this.#world = world
    this.pod = pod
    this.#random = seededRandom(Math.floor(world.random() * 2 ** 32))
    this.#options = { ...usualOptions(this.#random), ...options }
    this.#ends = watched.map(resource => world.store.subscribe(resource, () => this.#changed()))
    // Ready once it has looked, though there be nothing to see.
    this.#changed()
  }

  /** Another one after each look that the workers follow; undefined before the first, when the pod is not ready yet. */
  get view(): NginxView | undefined {
    return this.#view
  }

  /** Where a request would go now, by what the workers have: what has a share; empty where it would answer by itself. */
  destinations(request: RoutedRequest): readonly NginxDestination[] {
    const resolution = this.#view?.route(request)
    if (resolution?.is !== 'routed') return []
    const { location, canary } = resolution
    const share = this.#shareOf(resolution)
    const all = [{ upstream: location.upstream, share: 1 - share }, ...(canary ? [{ upstream: canary.upstream, share }] : [])]
    return all.filter(each => each.share > 0).map(each => ({ ...each, endpoints: this.#endpoints(each.upstream) }))
  }

  /** Forwards a request. Rejects with NoAnswer where the port is none that nginx listens on. */
  async send(request: HttpRequest, port = httpPort, signal?: AbortSignal): Promise<NginxForwarded> {
    if (port !== httpPort) throw new NoAnswer({ ip: '0.0.0.0', port }, 'refused')
    const { method, path, headers } = request
    const resolution = this.#view?.route({ method, host: headers['host'] ?? '', path, headers }) ?? { is: 'no-backend' }
    if (resolution.is === 'no-backend') return own(404, 'Not Found')
    const upstream = this.#choose(resolution)
    return { ...(await this.#through(upstream, request, signal)), upstream: upstream.name }
  }

  /** What runs in the pod; `ended` is called when it goes. */
  program(ended: () => void): Program {
    return {
      ready: () => this.#ready,
      end: () => {
        this.#ends.forEach(end => end())
        this.#cancel()
        ended()
      },
      answer: async (request, port) => (request.path === '/healthz' && port !== httpPort ? text(200, '') : this.answer(request, port)),
    }
  }

  /** The answer to a request as a client sees it. */
  async answer(request: HttpRequest, port: number): Promise<HttpAnswer> {
    const { answer, by } = await this.send(request, port)
    return { ...answer, headers: { ...answer.headers, 'x-answered-by': by } }
  }

  #choose(resolution: Routed): NginxUpstream {
    const { location, canary } = resolution
    return canary && this.#random() < this.#shareOf(resolution) ? canary.upstream : location.upstream
  }

  /** Of the canary, 0 to 1. */
  #shareOf({ location, canary }: Routed): number {
    const canGo = canary && this.#endpoints(location.upstream).length > 0 && this.#endpoints(canary.upstream).length > 0
    return canGo ? canary.share : 0
  }

  #endpoints(upstream: NginxUpstream): readonly NginxEndpoint[] {
    return this.#view?.endpoints(upstream) ?? []
  }

  async #through(upstream: NginxUpstream, request: HttpRequest, signal?: AbortSignal): Promise<NginxForwarded> {
    const endpoints = this.#endpoints(upstream)
    if (endpoints.length === 0) return own(503, 'Service Temporarily Unavailable')
    for (let left = tries; left > 0; left--) {
      const endpoint = endpoints[this.#turn(upstream) % endpoints.length] as Address
      try {
        return { answer: await this.#world.send(endpoint, request, signal), by: 'pod' }
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error
        if (error.reason === 'reset' && unsafe.has(request.method)) break
      }
    }
    return own(502, 'Bad Gateway')
  }

  #turn({ name }: NginxUpstream): number {
    const turn = this.#turns.get(name) ?? Math.floor(this.#random() * 1000)
    this.#turns.set(name, turn + 1)
    return turn
  }

  #changed(): void {
    if (this.#waits) return
    this.#waits = true
    const { clock } = this.#world
    const now = clock.now()
    const at = Math.max(now + this.#options.syncDelay(this.pod), this.#last + this.#options.syncInterval)
    this.#cancel = clock.after(at - now, () => this.#look())
  }

  #look(): void {
    const { clock, store } = this.#world
    this.#waits = false
    this.#last = clock.now()
    const look = ++this.#looks
    const seen = lookAt(store)
    const late = seen.paths === this.#view?.paths ? this.#options.workerDelay(this.pod) : this.#options.reloadDelay(this.pod)
    clock.after(late, () => {
      // What was seen later may have arrived before.
      if (look < this.#followed) return
      this.#followed = look
      this.#view = seen
      this.#markReady()
    })
  }
}

function own(status: number, words: string): NginxForwarded {
  const page = `<html>\r\n<head><title>${status} ${words}</title></head>\r\n<body>\r\n<center><h1>${status} ${words}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`
  return { answer: text(status, page, { 'content-type': 'text/html' }), by: 'proxy' }
}
