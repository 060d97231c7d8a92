// 1. Nothing waits for a count longer than it says: a look that fails or is late leaves an interval open, and what is not seen is told.
// 2. A look that was under way while a route was being written counts for nothing: nobody knows on which side of the write it is.
// 3. What a look tells may be older than the look: each interval is held against the splits of its own time.
import { sleep, type Clock, type KubernetesObject } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import type { CountedInterval, CountedTraffic } from '#protocol/index.ts'
import { intervalBetween, joined, type Look } from './interval.ts'
import { openCounters } from './counters.ts'
import type { Gateways } from './gateways.ts'
import type { CounterSurroundings, Proxies } from './proxies.ts'
import type { Counted } from './proxy-levels.ts'
import { gives, idleAfter, sameSplit, sides, type Idle, type Side, type Split } from './shares.ts'

/** Where a proxy is silent, the look is made anew; so often in a row, and it is counted without. */
const silentLooks = 3
/** A look this old (milliseconds) is as good as a new one: it is the one that the last change was waited for with. */
const fresh = 500
/** How long (milliseconds) a move of traffic waits for a look. */
const patience = 300
/** Milliseconds between looks at the end of a run, where what they tell lags behind. */
const lastPause = 2000

/** A split with when it began to be in force anywhere, and when it was known to be everywhere. */
interface InForce {
  readonly split: Split
  readonly from: number
  readonly everywhere: number | undefined
}

/** Counts the requests of one release from one split to the next, as the proxies of its routes count them. */
export class TrafficCounter {
  readonly #clock: Clock
  readonly #gateways: Gateways
  readonly #proxies: Proxies
  readonly #intervals: CountedInterval[] = []
  readonly #names = new Set<string>()
  #looking: Promise<void> | undefined
  #last: (Look & { readonly idle: Idle }) | undefined
  #seen: { readonly split: Split; readonly text: string } | undefined
  #inForce: readonly InForce[] = []
  #idle: Idle = { stable: undefined, canary: undefined }
  /** Since when a move is under way. */
  #moving: number | undefined
  #closed = false
  #mute = false
  #silent = 0
  #holders = 0
  #outlived = 0
  /** From when on a run that has ended is not counted. */
  #uncounted: number | undefined
  #turn = 0
  #cancel = (): void => {}

  constructor(objects: Objects, routes: readonly KubernetesObject[], counted: Counted, surroundings: CounterSurroundings) {
    this.#clock = surroundings.clock
    const { gateways, proxies } = openCounters(objects, routes, counted, surroundings)
    this.#gateways = gateways
    this.#proxies = proxies
    gateways.onLeaving(() => void this.#look())
    void this.#proxies.opened.then(() => this.#look())
  }

  /** Takes up what the routes say now. */
  saw(split: Split): void {
    const now = this.#clock.now()
    // A write is seen after it has begun to count.
    const from = this.#moving ?? now
    this.#moving = undefined
    const text = JSON.stringify(split)
    if (text === this.#seen?.text) return
    const isNew = !this.#seen || !sameSplit(this.#seen.split, split)
    this.#seen = { split, text }
    this.#idle = idleAfter(this.#idle, split, now)
    const everywhere = split.everywhere ? now : undefined
    const last = this.#inForce.at(-1)
    this.#inForce =
      isNew || !last
        ? [...this.#inForce, { split, from, everywhere }]
        : [...this.#inForce.slice(0, -1), { split, from: last.from, everywhere }]
    if (!split.everywhere) return
    void (this.#looking ?? this.#proxies.opened).then(() => this.#look())
    this.#soon()
  }

  /** Takes up what the routes say where nobody has told it yet: a process that came in mid-run counts long before a goal looks at them. */
  found(split: Split): void {
    if (!this.#seen && this.#moving === undefined) this.saw(split)
  }

  /** To be called before a write that moves shares: a look ends what was in force, where one may be waited for. The next `saw` tells what came of it. */
  async beforeMove(mayWait: boolean): Promise<void> {
    const isOld = this.#last !== undefined && this.#clock.now() - this.#last.asked > fresh
    if (mayWait && isOld) await within(this.#clock, patience, this.#look())
    this.#moving = this.#clock.now()
  }

  /** Looks from time to time until the returned function is called: a proxy that goes takes with it what it has counted since the last look. */
  hold(): () => void {
    if (this.#holders++ === 0) this.#schedule()
    return () => {
      if (--this.#holders === 0) this.#cancel()
    }
  }

  /** Looks a last time: until what is told reaches to now, or for as long as that may take. */
  async finish(): Promise<void> {
    const now = this.#clock.now()
    await within(this.#clock, this.#proxies.patience(), this.#lookUntil(now))
    if (this.#last && this.#last.answered < now) this.#uncounted = this.#last.answered
  }

  /** What was counted since it was last taken; undefined where there is nothing to tell. */
  take(): CountedTraffic | undefined {
    const intervals = joined(this.#intervals.splice(0))
    const why = this.#proxies.why() ?? (this.#mute ? this.#proxies.silence() : this.#tail())
    const outlived = this.#outlived
    this.#outlived = 0
    if (intervals.length === 0 && why === undefined && outlived === 0) return undefined
    const by = this.#names.size === 0 ? '' : this.#proxies.by([...this.#names].toSorted())
    return { by, intervals, ...(why === undefined ? {} : { why }), ...(outlived === 0 ? {} : { outlived }) }
  }

  /** The sides to which the routes give nothing, as they were seen last. */
  idleSides(): readonly Side[] {
    const { split } = this.#seen ?? {}
    return split ? sides.filter(side => !gives(split, side)) : []
  }

  /** How many requests are under way to these addresses; undefined where that cannot be seen. */
  active(addresses: readonly string[]): Promise<number | undefined> {
    return this.#gateways.active(addresses)
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

  #tail(): string | undefined {
    if (this.#uncounted === undefined) return undefined
    return `what came after ${new Date(this.#uncounted).toISOString()}, which was not known yet when the run ended`
  }

  async #lookUntil(time: number): Promise<void> {
    do {
      await this.#looking
      await this.#look(true)
      if (this.#closed || this.#mute || this.#last === undefined || this.#last.answered >= time) return
      await sleep(this.#clock, lastPause)
    } while (this.#clock.now() - time < this.#proxies.patience())
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
    // That there is nobody yet is where counting may begin.
    if (told === 0 && (look.nobody !== true || this.#last)) return
    if (this.#last && look.answered <= this.#last.answered) return
    const isSilent = told < look.proxies.size
    this.#silent = isSilent ? this.#silent + 1 : 0
    if (isSilent && this.#silent < silentLooks && !insist) return this.#soon()
    this.#take(look)
  }

  #mayNotLook(): boolean {
    return this.#moving !== undefined || this.#closed || !this.#proxies.isOpen()
  }

  #take(look: Look): void {
    const splits = this.#inForce.filter(({ from }) => from <= look.answered).map(({ split }) => split)
    if (this.#last) this.#intervals.push(intervalBetween(this.#last, look, { splits, idle: this.#last.idle }))
    for (const { name, levels } of look.proxies.values()) if (levels) this.#names.add(name)
    this.#last = { ...look, idle: this.#idle }
    const only = this.#inForce.findLastIndex(({ everywhere }) => everywhere !== undefined && everywhere <= look.asked)
    if (only > 0) this.#inForce = this.#inForce.slice(only)
  }

  #soon(): void {
    this.#turn = 0
    this.#schedule()
  }

  #schedule(): void {
    this.#cancel()
    if (this.#holders === 0 || this.#closed) return
    const { pauses } = this.#proxies
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
