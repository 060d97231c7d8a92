// 1. Times are ours: Prometheus tells its own with every look, and the difference is taken off.
// 2. A scrape is never taken for sharper than it is: what it holds was counted within a second of its time.
import { Failure, toFailureRecord, type Clock } from '#base/index.ts'
import {
  scrapedFrom,
  usualInterval,
  type Known,
  type Matcher,
  type Prometheus,
  type Scraped,
  type Series,
} from '#delegate/prometheus/index.ts'
import type { Workload } from './gateway-pods.ts'
import type { Gateways } from './gateways.ts'
import type { Look, Proxy } from './interval.ts'
import { proxyLevels, type Counted } from './proxy-levels.ts'
import type { Proxies } from './proxies.ts'
import { isCalledBy, questions, type Callers } from './questions.ts'
import { timely } from './timely.ts'

/** Nobody waits longer (milliseconds) for the scrape behind the end of a run; what comes later is said to be missing. */
const longestPatience = 30_000
/** What a scrape and its storing may take, milliseconds. */
const slack = 3000
/** So far (milliseconds) a scrape's counts may be from its time: the proxy answers after it, and clocks differ. */
const sharpness = 1000
/** So many scrapes are asked for: two tell the interval, and one may have failed. */
const scrapes = 3
/** And never less than this, milliseconds: an interval may be made longer. */
const leastWindow = 30_000

/** Who sends requests to a release: the gateways of its routes, or, where these are for the mesh, whoever calls. */
export interface Senders extends Pick<Gateways, 'opened' | 'why' | 'workloads'> {
  readonly isMeshBound: boolean
}

/** The proxies of a release as a Prometheus scrapes them. */
export class Scraping implements Proxies {
  readonly opened: Promise<void>
  /** Proxies are scraped every 15 s to 60 s: asking more often tells nothing new. */
  readonly pauses = [5000, 10_000, 15_000]
  readonly #prometheus: Prometheus
  readonly #counted: Counted
  readonly #senders: Senders
  readonly #clock: Clock
  readonly #closing = new AbortController()
  readonly #gateways = new Map<string, Workload>()
  readonly #known = new Map<string, Known>()
  /** When those that came later began to count. */
  readonly #since = new Map<string, number>()
  #every = usualInterval
  #trouble: string | undefined
  /** The last look, by the time of Prometheus. */
  #looked: number | undefined
  #warned = false
  #told: { readonly newest: number; readonly look: Look } | undefined

  constructor(prometheus: Prometheus, counted: Counted, senders: Senders, clock: Clock) {
    this.#prometheus = prometheus
    this.#counted = counted
    this.#senders = senders
    this.#clock = clock
    this.opened = senders.opened
  }

  why(): string | undefined {
    const { isMeshBound, workloads, why } = this.#senders
    if (!isMeshBound && !workloads()) return why() ?? 'which gateways take requests for its routes is not known'
    return this.#warned ? 'what Prometheus itself says that its answers may lack' : undefined
  }

  silence(): string {
    return this.#trouble ?? `Prometheus ${this.#prometheus.url} knows no proxy that sends requests to ${this.#counted.services.join(', ')}`
  }

  isOpen(): boolean {
    return !this.#closing.signal.aborted
  }

  async look(): Promise<Look> {
    try {
      return await timely(this.#clock, this.#closing.signal, signal => this.#lookOnce(signal))
    } catch (error) {
      const { message } = toFailureRecord(error)
      this.#trouble = error instanceof Failure ? message : `Prometheus ${this.#prometheus.url}: ${message}`
      return { asked: this.#clock.now(), answered: this.#clock.now(), proxies: new Map() }
    }
  }

  patience(): number {
    return Math.min(this.#every + slack, longestPatience)
  }

  by(): string {
    return `Prometheus ${this.#prometheus.url}`
  }

  close(): void {
    this.#closing.abort()
  }

  async #lookOnce(signal: AbortSignal): Promise<Look> {
    const begun = this.#clock.now()
    const [series, now] = await Promise.all([this.#series(signal), this.#prometheus.now(signal)])
    const behind = (begun + this.#clock.now()) / 2 - now
    const scraped = scrapedFrom(series, this.#known, now)
    await this.#noteNew(scraped, behind, signal)
    for (const { id, at, life } of scraped) this.#known.set(id, { at, life })
    if (scraped.length > 0) this.#every = Math.max(...scraped.map(each => each.every))
    this.#looked = now
    this.#trouble = undefined
    // The scrapes that found nobody are not known.
    if (scraped.length === 0) return { asked: begun - usualInterval, answered: begun, proxies: new Map(), nobody: true }
    const newest = Math.max(...scraped.map(({ at }) => at))
    // Clocks are never compared twice with the same result: the same scrapes are the same look.
    if (this.#told?.newest !== newest) this.#told = { newest, look: this.#lookOf(scraped, behind) }
    return this.#told.look
  }

  #lookOf(scraped: readonly Scraped[], behind: number): Look {
    const times = scraped.map(({ at }) => at + behind)
    const proxies = new Map(scraped.map(each => [each.id, this.#proxy(each)]))
    return { asked: Math.floor(Math.min(...times) - sharpness), answered: Math.ceil(Math.max(...times) + sharpness), proxies }
  }

  #proxy({ id, name, life, samples }: Scraped): Proxy {
    return { name, since: this.#since.get(id) ?? -Infinity, life, levels: proxyLevels(samples, this.#counted) }
  }

  /** Of what has no place some may be of the release's Services as well: each series once. */
  async #series(signal: AbortSignal): Promise<readonly Series[]> {
    const callers = this.#callers()
    if (callers !== 'everybody' && callers.length === 0) return []
    const window = this.#window()
    const all = await Promise.all(questions(this.#counted, callers).map(each => this.#prometheus.samples(each, window, signal)))
    this.#warned ||= all.some(({ warnings }) => warnings.length > 0)
    const ours = all.flatMap(({ series }) => series).filter(({ labels }) => isCalledBy(callers, labels))
    return [...new Map(ours.map(each => [JSON.stringify(each.labels), each])).values()]
  }

  #window(): number {
    return Math.max(scrapes * this.#every, leastWindow)
  }

  #callers(): Callers {
    if (this.#senders.isMeshBound) return 'everybody'
    for (const each of this.#senders.workloads() ?? []) this.#gateways.set(JSON.stringify(each), each)
    return [...this.#gateways.values()]
  }

  /** Who was scraped at the look before, and had counted nothing of the release by then, has counted all of it since. */
  async #noteNew(scraped: readonly Scraped[], behind: number, signal: AbortSignal): Promise<void> {
    const fresh = scraped.filter(({ id }) => !this.#known.has(id))
    const before = this.#looked
    if (before === undefined || fresh.length === 0) return
    const targets: readonly Matcher[] = [
      { label: '__name__', is: 'up' },
      { label: 'job', is: fresh.map(({ target }) => target.job) },
      { label: 'instance', is: fresh.map(({ target }) => target.instance) },
    ]
    const { series } = await this.#prometheus.samples(targets, Math.max(...fresh.map(({ at }) => at)) - before + this.#window(), signal)
    for (const { id, at, target } of fresh) {
      const up = series.find(({ labels }) => labels['job'] === target.job && labels['instance'] === target.instance)
      if (up?.samples.some(([when, value]) => when <= before && value === 1)) this.#since.set(id, at + behind)
    }
  }
}
