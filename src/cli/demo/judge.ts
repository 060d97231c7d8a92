import type { Answered } from './load.ts'

/** Which versions had a share from a moment on. */
export interface SplitInForce {
  readonly at: number
  readonly versions: ReadonlySet<string>
  /** Percent of the canary; 0 where the route is not split. */
  readonly canary: number
  /** When every proxy was known to have it; undefined while it was not. */
  settled?: number
}

/** Requests by version, and those that no user should have seen. */
export interface Tally {
  readonly requests: number
  readonly lost: number
  readonly wrongVersion: number
  readonly byVersion: Readonly<Record<string, { readonly answers: number; readonly errors: number }>>
}

/**
 * Judges answers. Lost: no answer in time, or one that no application pod made. An application's own 5xx is an error of its version, not lost.
 * Wrong version: answered by a version whose share was 0 in every split in force between the last settled one before the request was sent and the answer.
 */
export class Judge {
  readonly #splits: SplitInForce[] = []
  readonly #byVersion: Record<string, { answers: number; errors: number }> = {}
  #counts = { requests: 0, lost: 0, wrong: 0 }

  /** A split was written: from now on these versions have a share. */
  declared(at: number, versions: ReadonlySet<string>, canary: number): void {
    const last = this.#splits.at(-1)
    if (last && last.canary === canary && sameVersions(last.versions, versions)) return
    this.#splits.push({ at, versions, canary })
  }

  /** Every proxy has the split with this share of the canary; news of a former split says nothing about the latest. */
  settled(at: number, canary: number): void {
    const last = this.#splits.at(-1)
    if (last?.canary === canary) last.settled ??= at
  }

  take({ sent, answered, status, version }: Answered): void {
    this.#counts.requests++
    if (version === undefined) {
      this.#counts.lost++
      return
    }
    const of = (this.#byVersion[version] ??= { answers: 0, errors: 0 })
    of.answers++
    if (status >= 500) of.errors++
    const first = this.#splits.findLastIndex(split => split.settled !== undefined && split.settled <= sent)
    const inForce = this.#splits.slice(Math.max(0, first)).filter(split => split.at <= answered)
    if (!inForce.some(split => split.versions.has(version))) this.#counts.wrong++
  }

  tally(): Tally {
    const { requests, lost, wrong } = this.#counts
    return { requests, lost, wrongVersion: wrong, byVersion: structuredClone(this.#byVersion) }
  }
}

function sameVersions(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every(version => b.has(version))
}
