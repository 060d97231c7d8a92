// 1. Nothing waits for a count longer than it says: a look that fails or is late leaves an interval open, and what is not seen is told.
// 2. A look that was under way while a route was being written counts for nothing: nobody knows on which side of the write it is.
import type { Clock, KubernetesObject } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import type { CountedInterval, CountedTraffic } from '#protocol/index.ts'
import { intervalBetween, joined, type Look } from './interval.ts'
import { openProxies, type CounterSurroundings, type Proxies } from './proxies.ts'
import type { Counted } from './proxy-levels.ts'
import { idleAfter, sameSplit, sides, type Idle, type Side, type Split } from './shares.ts'

/** Milliseconds between looks after a change of the split; the last one repeats. Soon, for what is sent wrongly is certain only after a while; then rarely. */
const pauses = [1000, 5000, 30_000, 60_000, 120_000, 300_000]
/** Where a proxy is silent, the look is made anew; so often in a row, and it is counted without. */
const silentLooks = 3
/** A look this old (milliseconds) is as good as a new one: it is the one that the last change was waited for with. */
const fresh = 500
/** How long (milliseconds) a move of traffic, and the end of a run, wait for a look. A gateway on the other side of a continent answers in half of it. */
const patience = { move: 300, finish: 3000 }

/** Counts the requests of one release from one split to the next, as the gateways of its routes count them. */
export class TrafficCounter {
  readonly #clock: Clock
  readonly #proxies: Proxies
  readonly #intervals: CountedInterval[] = []
  readonly #names = new Set<string>()
  #looking: Promise<void> | undefined
  #last: (Look & { readonly idle: Idle }) | undefined
  #seen: { readonly split: Split; readonly text: string; readonly since: number } | undefined
  #inForce: readonly Split[] = []
  #idle: Idle = { stable: undefined, canary: undefined }
  #moving = false
  #closed = false
  #mute = false
  #silent = 0
  #holders = 0
  #outlived = 0
  #turn = 0
  #cancel = (): void => {}

  constructor(objects: Objects, routes: readonly KubernetesObject[], counted: Counted, surroundings: CounterSurroundings) {
    this.#clock = surroundings.clock
    this.#proxies = openProxies(objects, routes, counted, surroundings)
    this.#proxies.onLeaving(() => void this.#look())
    void this.#proxies.opened.then(() => this.#look())
  }

  /** Takes up what the routes say now. */
  saw(split: Split): void {
    this.#moving = false
    const text = JSON.stringify(split)
    if (text === this.#seen?.text) return
    const isNew = !this.#seen || !sameSplit(this.#seen.split, split)
    const now = this.#clock.now()
    this.#seen = { split, text, since: now }
    this.#idle = idleAfter(this.#idle, split, now)
    this.#inForce = [...(isNew ? this.#inForce : this.#inForce.slice(0, -1)), split]
    if (!split.everywhere) return
    void (this.#looking ?? this.#proxies.opened).then(() => this.#look())
    this.#soon()
  }

  /** To be called before a write that moves shares: a look ends what was in force, where one may be waited for. The next `saw` tells what came of it. */
  async beforeMove(mayWait: boolean): Promise<void> {
    const isOld = this.#last !== undefined && this.#clock.now() - this.#last.asked > fresh
    if (mayWait && isOld) await within(this.#clock, patience.move, this.#look())
    this.#moving = true
  }

  /** Looks from time to time until the returned function is called: a proxy that goes takes with it what it has counted since the last look. */
  hold(): () => void {
    if (this.#holders++ === 0) this.#schedule()
    return () => {
      if (--this.#holders === 0) this.#cancel()
    }
  }

  /** Looks a last time. */
  finish(): Promise<void> {
    const looked = (this.#looking ?? Promise.resolve()).then(() => this.#look(true))
    return within(this.#clock, patience.finish, looked)
  }

  /** What was counted since it was last taken; undefined where there is nothing to tell. */
  take(): CountedTraffic | undefined {
    const intervals = joined(this.#intervals.splice(0))
    const why = this.#proxies.why() ?? (this.#mute ? 'none of its gateways tells what it has counted' : undefined)
    const outlived = this.#outlived
    this.#outlived = 0
    if (intervals.length === 0 && why === undefined && outlived === 0) return undefined
    const by = [...this.#names].toSorted().join(', ')
    return { by, intervals, ...(why === undefined ? {} : { why }), ...(outlived === 0 ? {} : { outlived }) }
  }

  /** The sides to which the routes give nothing, as they were seen last. */
  idleSides(): readonly Side[] {
    const { split } = this.#seen ?? {}
    return split ? sides.filter(side => split[side] === 0) : []
  }

  /** How many requests are under way to these addresses; undefined where that cannot be seen. */
  active(addresses: readonly string[]): Promise<number | undefined> {
    return this.#proxies.active(addresses)
  }

  /** So many requests were still under way when their side was given up. */
  outlived(requests: number): void {
    this.#outlived += requests
  }

  close(): void {
    this.#closed = true
    this.#cancel()
    this.#proxies.close()
  }

  #look(insist = false): Promise<void> {
    this.#looking ??= this.#lookOnce(insist).finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #lookOnce(insist: boolean): Promise<void> {
    if (this.#mayNotLook()) return
    const look = await this.#proxies.look()
    if (this.#mayNotLook()) return
    const told = [...look.proxies.values()].filter(({ levels }) => levels).length
    this.#mute = told === 0
    if (told === 0) return
    const isSilent = told < look.proxies.size
    this.#silent = isSilent ? this.#silent + 1 : 0
    if (isSilent && this.#silent < silentLooks && !insist) return this.#soon()
    this.#take(look)
  }

  #mayNotLook(): boolean {
    return this.#moving || this.#closed || !this.#proxies.isOpen()
  }

  #take(look: Look): void {
    const { split, since } = this.#seen ?? {}
    if (this.#last) this.#intervals.push(intervalBetween(this.#last, look, { splits: this.#inForce, idle: this.#last.idle }))
    for (const { name, levels } of look.proxies.values()) if (levels) this.#names.add(name)
    this.#last = { ...look, idle: this.#idle }
    if (split?.everywhere && since !== undefined && since <= look.asked) this.#inForce = [split]
  }

  #soon(): void {
    this.#turn = 0
    this.#schedule()
  }

  #schedule(): void {
    this.#cancel()
    if (this.#holders === 0 || this.#closed) return
    const pause = pauses[Math.min(this.#turn++, pauses.length - 1)] ?? 0
    this.#cancel = this.#clock.after(pause, () => void this.#look().then(() => this.#schedule()))
  }
}

/** Waits for it, but not longer. */
function within(clock: Clock, milliseconds: number, promise: Promise<void>): Promise<void> {
  return new Promise(resolve => {
    const cancel = clock.after(milliseconds, resolve)
    void promise.finally(() => {
      cancel()
      resolve()
    })
  })
}
