/** Values over time, and what somebody sees of them who is late by some delay. */
export class History<T> {
  readonly #entries: { readonly at: number; readonly value: T }[]

  constructor(first: T) {
    this.#entries = [{ at: -Infinity, value: first }]
  }

  get last(): T {
    return this.#at(this.#entries.length - 1)
  }

  put(at: number, value: T): void {
    this.#entries.push({ at, value })
  }

  /** What is seen at `time` by one whose view is `delay` old. */
  seenAt(time: number, delay: number): T {
    return this.#at(this.#index(time, delay))
  }

  /** That, and everything that came after it. */
  since(time: number, delay: number): readonly T[] {
    return this.#entries.slice(this.#index(time, delay)).map(entry => entry.value)
  }

  #index(time: number, delay: number): number {
    return this.#entries.findLastIndex(entry => entry.at + delay <= time)
  }

  #at(index: number): T {
    const entry = this.#entries[index]
    if (!entry) throw new Error('a history is never empty')
    return entry.value
  }
}
