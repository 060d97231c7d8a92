import { Failure, sleep } from '#base/index.ts'
import { backoff, orAborted, type Objects, type Surroundings } from '#delegate/kubernetes/index.ts'
import { both, counting, needs, noNeed, type Need } from './ask-istiod.ts'
import type { ReadyEndpoints } from './endpoint-history.ts'
import { proxyFinder, type ProxyFinder } from './expected-proxies.ts'
import { boundOf, calmOf, openIstiods, type Istiods, type Silence } from './istiods.ts'
import { newTracker, observe, type TrackerState } from './tracker.ts'

/** Somebody who waits for the mesh. */
export interface Asker {
  /** What it still needs to know; evaluated after every round. */
  need(): Need
  /** Before this time (by our clock) nothing that it needs can be told; evaluated after every round. */
  notBefore(): number
  /** Whether the push that it waits for may begin at any moment: an answer that is asked for behind that proves nothing. */
  isUrgent(): boolean
  /** The namespace of all proxies it cares for, where it is one; else undefined. */
  scope(): string | undefined
  /** Of the Services it cares for. */
  readonly ready: ReadonlyMap<string, ReadyEndpoints>
}

/** An asker that has not looked for so long (milliseconds) has gone; nothing is asked for it any more. */
const patience = 5000

/** Milliseconds between rounds while no istiod answers, first and at most: whoever waits must hear soon when one is back. */
const silentDelays = { first: 100, most: 5000 }

/**
 * Milliseconds for which what is new is asked for without regard to how long istiod takes to answer: by then its push has begun, or is held
 * back by other changes.
 */
const urgent = 1000

/** Why a rest ends before its time. */
const woken = 'woken'

/**
 * Everything we know of one cluster's mesh; shared by all releases in it. Asks only while somebody waits: at least once for everybody who
 * waits for a round, since proxies may have turned to another istiod while nobody looked.
 */
export class Mesh {
  readonly objects: Objects
  readonly surroundings: Surroundings
  readonly istiods: Istiods
  readonly proxies: ProxyFinder
  state: TrackerState = newTracker
  /** Of the last round. */
  silence: Silence = { ofAll: undefined, ofSome: undefined }
  readonly #askers = new Map<Asker, number>()
  readonly #closing = new AbortController()
  readonly #silentDelay
  #round: { readonly done: Promise<void>; readonly finish: () => void } | undefined
  /** Aborted, it ends the rest behind this round. */
  #resting = new AbortController()
  /** Aborted, it ends the wait for the time before which nothing can be told. */
  #waiting = new AbortController()
  #running = false
  #began = 0

  constructor(objects: Objects, surroundings: Surroundings) {
    this.objects = objects
    this.surroundings = surroundings
    this.istiods = openIstiods(objects, surroundings)
    this.proxies = proxyFinder(objects, surroundings)
    this.#silentDelay = backoff(silentDelays, surroundings.random)
  }

  /** Keeps asking for this asker while it needs something and looks now and then. `isNew`: it waits for something it did not wait for before. */
  ask(asker: Asker, isNew: boolean): void {
    const { clock } = this.surroundings
    this.#askers.set(asker, clock.now() + patience)
    if (isNew || !this.#running) this.#began = clock.now()
    // What is new is seen at once, also behind a round that is under way: a push that begins before the sight of a change proves nothing.
    if (isNew && this.silence.ofAll === undefined) this.#resting.abort(woken)
    if (this.#running) return
    this.#running = true
    void this.#run()
  }

  leave(asker: Asker): void {
    this.#askers.delete(asker)
  }

  /** Resolves after a round that began after this call, whether somebody answered or not. */
  nextRound(signal?: AbortSignal): Promise<void> {
    this.#round ??= newRound()
    this.#waiting.abort(woken)
    return orAborted(this.#round.done, signal)
  }

  close(): void {
    this.#closing.abort()
    this.#resting.abort()
    this.#askers.clear()
    this.proxies.close()
    this.istiods.close()
  }

  /** Milliseconds until the next round: soon at first, never more than half of the time unless it is urgent, seldom after a long while or in silence. */
  #pace(need: Need, took: number): number {
    if (this.silence.ofAll !== undefined) return this.#silentDelay.next()
    this.#silentDelay.reset()
    const waited = this.surroundings.clock.now() - this.#began
    if (waited <= urgent && [...this.#askers.keys()].some(asker => asker.isUrgent())) return need.configs || need.shards ? 10 : counting
    const base = waited > 20_000 ? 250 : waited > 1000 ? 40 : need.configs ? 10 : 20
    return Math.max(base, took)
  }

  async #run(): Promise<void> {
    const { clock } = this.surroundings
    // Whoever called `ask` waits for the first round, not for the second.
    await Promise.resolve()
    for (let need = this.#need(); needs(need) && !this.#closing.signal.aborted; need = this.#need()) {
      const round = this.#round
      this.#round = undefined
      const asked = clock.now()
      this.#resting = new AbortController()
      this.silence = await this.#ask(need).catch((error: unknown) => ({ ofAll: wordsOf(error), ofSome: wordsOf(error) }))
      round?.finish()
      await this.#rest(this.#pace(need, clock.now() - asked))
    }
    this.#running = false
    this.#round?.finish()
    this.#round = undefined
  }

  /** Rests between two rounds; longer while no answer could tell anything new, but not when somebody wants to know. */
  async #rest(pace: number): Promise<void> {
    const { clock } = this.surroundings
    if (this.silence.ofAll !== undefined) this.#resting = new AbortController()
    await sleep(clock, pace, this.#resting.signal).catch(() => undefined)
    const wait = Math.min(...[...this.#askers.keys()].map(asker => asker.notBefore())) - clock.now()
    if (this.#round || this.#resting.signal.aborted || !(wait > 0 && Number.isFinite(wait))) return
    this.#waiting = new AbortController()
    await sleep(clock, wait, AbortSignal.any([this.#waiting.signal, this.#resting.signal])).catch(() => undefined)
  }

  /** What all askers need; those that have gone are dropped. */
  #need(): Need {
    const now = this.surroundings.clock.now()
    for (const [asker, until] of this.#askers) if (until <= now) this.#askers.delete(asker)
    return [...this.#askers.keys()].map(asker => asker.need()).reduce(both, { ...noNeed, acks: this.#round !== undefined })
  }

  /** One round; gives who did not answer. */
  async #ask(need: Need): Promise<Silence> {
    const scopes = new Set([...this.#askers.keys()].map(asker => asker.scope()))
    const [scope] = scopes
    const { configs, acks, shards } = need
    const { looks, running, silence } = await this.istiods.ask({ configs, acks, shards, scope: scopes.size === 1 ? scope : undefined })
    const present = new Set(running.map(pod => pod.metadata.name))
    const ready = new Map([...this.#askers.keys()].flatMap(asker => [...asker.ready]))
    this.state = observe(this.state, looks, { bound: boundOf(running), calm: calmOf(running), present, ready })
    return silence
  }
}

/** Failures are said; anything else is a bug that must not end the asking without a word. */
function wordsOf(error: unknown): string {
  return error instanceof Failure ? error.message : `settling failed: ${String(error)}`
}

function newRound(): { readonly done: Promise<void>; readonly finish: () => void } {
  let finish = (): void => undefined
  const done = new Promise<void>(resolve => (finish = resolve))
  return { done, finish: () => finish() }
}
