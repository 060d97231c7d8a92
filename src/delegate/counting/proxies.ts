import type { Clock, Random } from '#base/index.ts'
import type { Fetch } from '#delegate/prometheus/index.ts'
import type { Look } from './interval.ts'

export interface CounterSurroundings {
  readonly clock: Clock
  readonly random: Random
  /** By which a Prometheus is asked; the global one where it is left out. */
  readonly fetch?: Fetch
}

/** The proxies whose counts are a release's, asked by whichever way. */
export interface Proxies {
  /** Resolves when it is known which they are, or that they cannot be seen; never rejects. */
  readonly opened: Promise<void>
  /** Why they, or some of them, are not seen (any more); undefined while all are. */
  why(): string | undefined
  /** Why the last look told nothing, where it did not. */
  silence(): string
  /** Whether they are known and can be asked. */
  isOpen(): boolean
  /** Asks all of them. Who does not answer has no levels. */
  look(): Promise<Look>
  /** Milliseconds between looks after a change of the split; the last one repeats. */
  readonly pauses: readonly number[]
  /** How long (milliseconds) the end of a run waits for what is told of its last moment. */
  patience(): number
  /** Who told, for people, where these proxies did. */
  by(names: readonly string[]): string
  close(): void
}
