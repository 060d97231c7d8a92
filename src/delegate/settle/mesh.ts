import { parseDuration, sleep, type KubernetesObject } from '#base/index.ts'
import { openMirror, type Mirror, type Objects, type PodName, type Surroundings } from '#delegate/kubernetes/index.ts'
import { askIstiod, both, needs, noNeed, whySilent, type Need } from './ask-istiod.ts'
import { proxyFinder, type ProxyFinder } from './expected-proxies.ts'
import { failures } from './failures.ts'
import type { ShardEndpoint } from './istiod-pages.ts'
import { newTracker, observe, type IstiodLook, type TrackerState } from './tracker.ts'

/** Somebody who waits for the mesh. */
export interface Asker {
  /** What it still needs to know; evaluated after every round. */
  need(): Need
  /** The namespace of all proxies it cares for, where it is one; else undefined. */
  scope(): string | undefined
  /** Addresses that the API server calls ready, of the Services it cares for. */
  readonly ready: ReadonlyMap<string, readonly ShardEndpoint[]>
}

/** An asker that has not looked for so long (milliseconds) has gone; nothing is asked for it any more. */
const patience = 5000

/** Istio's defaults of PILOT_DEBOUNCE_AFTER and PILOT_DEBOUNCE_MAX, and room for making and queueing a push (milliseconds). */
const debounce = { after: 100, max: 10_000, room: 1000 }

/** Everything we know of one cluster's mesh; shared by all releases in it. Asks only while somebody waits. */
export class Mesh {
  readonly objects: Objects
  readonly surroundings: Surroundings
  readonly proxies: ProxyFinder
  state: TrackerState = newTracker
  readonly #askers = new Map<Asker, number>()
  readonly #closing = new AbortController()
  #istiods: Promise<Mirror> | undefined
  #round: { readonly done: Promise<void>; finish(failure?: unknown): void } | undefined
  #running = false
  #began = 0
  #broken: unknown

  constructor(objects: Objects, surroundings: Surroundings) {
    this.objects = objects
    this.surroundings = surroundings
    this.proxies = proxyFinder(objects, surroundings, error => (this.#broken = error))
  }

  /** The istiod pods that run. Rejects when they may not be listed. */
  async istiods(signal?: AbortSignal): Promise<readonly KubernetesObject[]> {
    const collection = { apiVersion: 'v1', kind: 'Pod', labels: 'app=istiod' }
    this.#istiods ??= openMirror(this.objects, collection, this.surroundings, error => this.#lost(error), signal)
    const mirror = await this.#istiods.catch((error: unknown) => {
      this.#istiods = undefined
      throw error
    })
    return mirror.objects().filter(isRunning)
  }

  /** Keeps asking for this asker while it needs something and looks now and then. `isNew`: it waits for something it did not wait for before. */
  ask(asker: Asker, isNew: boolean): void {
    const { clock } = this.surroundings
    this.#askers.set(asker, clock.now() + patience)
    if (isNew || !this.#running) this.#began = clock.now()
    if (this.#running) return
    this.#running = true
    void this.#run()
  }

  leave(asker: Asker): void {
    this.#askers.delete(asker)
  }

  /** Resolves after a round that began after this call; rejects when nobody answered. */
  async nextRound(signal?: AbortSignal): Promise<void> {
    this.#tellBroken()
    this.#round ??= newRound()
    const { done } = this.#round
    if (!signal) return done
    signal.throwIfAborted()
    let stop = (): void => undefined
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => reject(signal.reason as Error)
      signal.addEventListener('abort', stop, { once: true })
    })
    return Promise.race([done, aborted]).finally(() => signal.removeEventListener('abort', stop))
  }

  /** Milliseconds until the next round: soon at first, never more than half of the time, seldom after a long while. */
  #pace(need: Need, took: number): number {
    const waited = this.surroundings.clock.now() - this.#began
    const base = waited > 20_000 ? 250 : waited > 1000 ? 40 : need.configs ? 10 : 20
    return Math.max(base, took)
  }

  /** See TrackerTerms: from the debounce that istiod's pods are set to. */
  bound(istiods: readonly KubernetesObject[]): number {
    const set = (name: string, usual: number): number => Math.max(...istiods.map(pod => environmentOf(pod, name)), usual)
    return set('PILOT_DEBOUNCE_MAX', debounce.max) + set('PILOT_DEBOUNCE_AFTER', debounce.after) + debounce.room
  }

  close(): void {
    this.#closing.abort()
    this.#askers.clear()
    this.proxies.close()
    this.#istiods?.then(mirror => mirror.close()).catch(() => undefined)
  }

  #lost(error: unknown): void {
    this.#istiods = undefined
    this.#broken = error
  }

  /** A watch that ended for good (a right was taken away) is told once, and opened again by the next look. */
  #tellBroken(): void {
    const broken = this.#broken
    this.#broken = undefined
    if (broken !== undefined) throw broken as Error
  }

  async #run(): Promise<void> {
    const { clock } = this.surroundings
    // Whoever called `ask` waits for the first round, not for the second.
    await Promise.resolve()
    for (let need = this.#need(); needs(need) && !this.#closing.signal.aborted; need = this.#need()) {
      const round = this.#round
      this.#round = undefined
      const asked = clock.now()
      const failure = await this.#ask(need).catch((error: unknown) => error)
      round?.finish(failure)
      await sleep(clock, this.#pace(need, clock.now() - asked), this.#closing.signal).catch(() => undefined)
    }
    this.#running = false
    this.#round?.finish()
    this.#round = undefined
  }

  /** What all askers need; those that have gone are dropped. */
  #need(): Need {
    const now = this.surroundings.clock.now()
    for (const [asker, until] of this.#askers) if (until <= now) this.#askers.delete(asker)
    return [...this.#askers.keys()].map(asker => asker.need()).reduce(both, noNeed)
  }

  async #ask(need: Need): Promise<undefined> {
    const signal = this.#closing.signal
    const pods = await this.istiods(signal)
    const scopes = new Set([...this.#askers.keys()].map(asker => asker.scope()))
    const [scope] = scopes
    const wanted = { ...need, scope: scopes.size === 1 ? scope : undefined }
    const { cluster } = this.objects
    const answers = await Promise.allSettled(
      pods.map(pod => askIstiod({ cluster, clock: this.surroundings.clock }, nameOf(pod), wanted, signal)),
    )
    const looks = answers.flatMap((answer): readonly IstiodLook[] => (answer.status === 'fulfilled' ? [answer.value] : []))
    const present = new Set(pods.map(pod => pod.metadata.name))
    const ready = new Map([...this.#askers.keys()].flatMap(asker => [...asker.ready]))
    this.state = observe(this.state, looks, { bound: this.bound(pods), present, ready })
    if (looks.length > 0) return undefined
    const refused = answers.find(answer => answer.status === 'rejected')
    const reason = refused ? whySilent(refused.reason) : 'no istiod runs'
    throw failures.ISTIOD_SILENT({ cluster: cluster.name, reason }, refused?.reason)
  }
}

function newRound(): { readonly done: Promise<void>; finish(failure?: unknown): void } {
  let resolve = (): void => undefined
  let reject: (error: unknown) => void = () => undefined
  const done = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  done.catch(() => undefined)
  return { done, finish: failure => (failure === undefined ? resolve() : reject(failure)) }
}

function nameOf({ metadata }: KubernetesObject): PodName {
  return { namespace: metadata.namespace ?? '', name: metadata.name }
}

function isRunning({ metadata, status }: KubernetesObject): boolean {
  return metadata.deletionTimestamp === undefined && (status as { readonly phase?: string } | undefined)?.phase === 'Running'
}

interface PodSpec {
  readonly containers?: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[]
}

/** A duration in a pod's environment (milliseconds); 0 where it is not set. */
function environmentOf(pod: KubernetesObject, name: string): number {
  const values = ((pod.spec ?? {}) as PodSpec).containers?.flatMap(({ env = [] }) => env.filter(entry => entry.name === name)) ?? []
  return Math.max(0, ...values.map(({ value = '' }) => parseDuration(value) ?? 0))
}
