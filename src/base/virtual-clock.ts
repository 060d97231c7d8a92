import type { Clock } from './clock.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly action: () => void
}

/**
 * A clock that moves only when told to. Timers fire in the order of their time; those of the same moment in the order given by
 * `tieBreak` (a seeded random number in simulations, else the order in which they were set).
 * Between two timers all settled promises run, so that asynchronous code under test is as deterministic as synchronous code.
 */
export class VirtualClock implements Clock {
  #now: number
  #count = 0
  readonly #timers = new Set<Timer>()
  readonly #tieBreak: (count: number) => number

  constructor(start = Date.UTC(2026, 0, 1), tieBreak: (count: number) => number = count => count) {
    this.#now = start
    this.#tieBreak = tieBreak
  }

  now(): number {
    return this.#now
  }

  after(delay: number, action: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, delay), order: this.#tieBreak(++this.#count), action }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Fires the next timer, if there is one no later than `until`. Tells whether there was one. */
  async step(until = Infinity): Promise<boolean> {
    await settlePromises()
    let next: Timer | undefined
    for (const timer of this.#timers) if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer
    if (!next || next.at > until) return false
    this.#timers.delete(next)
    this.#now = Math.max(this.#now, next.at)
    next.action()
    await settlePromises()
    return true
  }

  /** Moves the clock by `milliseconds`, firing everything that is due on the way. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    while (await this.step(end));
    this.#now = end
  }

  /** Fires timers until `promise` is settled; fails when nothing is left that could settle it. */
  async runUntil<T>(promise: Promise<T>, limit = 24 * 3_600_000): Promise<T> {
    let settled = false
    const mark = (): void => void (settled = true)
    promise.then(mark, mark)
    const end = this.#now + limit
    while (!settled) {
      if (await this.step(end)) continue
      await settlePromises()
      if (!settled)
        throw new Error(`virtual clock: nothing left to do before ${new Date(end).toISOString()}, yet the promise is not settled`)
    }
    return promise
  }
}

/** One turn of the event loop lets every chain of settled promises run to its end. */
function settlePromises(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
