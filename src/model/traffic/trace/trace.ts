/** A route that speaks of a request's host, and what becomes of it at one caller. */
export interface Candidate {
  /** `VirtualService shop/cart` */
  readonly object: string
  /** Its hosts that cover the request's; `*` where it says none. */
  readonly hosts: readonly string[]
  /** `asked`: its entries are among those that the caller asks. */
  readonly role: 'asked' | 'aside'
  readonly why: string
}

/** An entry of a route (a rule, in the Gateway API), in the order in which a caller asks. */
export interface AskedEntry {
  readonly object: string
  /** Its name, or `#index`. */
  readonly entry: string
  /** `passes`: asked, and not fulfilled. `behind`: another one has taken the request before, or takes every request. */
  readonly outcome: 'takes' | 'passes' | 'otherCaller' | 'behind'
  /** Of each of its matches: what it misses. */
  readonly why: readonly string[]
}

/** What one caller's proxy does with a request, and why. */
export interface Trace<Resolution> {
  /** The virtual host that has the request: exact, `*.example.com` or `*`. Undefined where none has. */
  readonly domain?: string
  /** When the oldest of the asked routes was created; empty where there is none. */
  readonly since: string
  readonly candidates: readonly Candidate[]
  readonly entries: readonly AskedEntry[]
  /** An entry for which proxies refuse this whole configuration, so that the former one stays in force. */
  readonly broken?: string
  /** What keeps the caller from knowing everything: `Sidecar shop/default`. */
  readonly narrowedBy?: string
  readonly resolution: Resolution
}

/** `and` between all, for the parts of one match. */
export function together(misses: readonly string[]): string {
  return misses.join(' and ')
}

/** Items with the same key that stand beside each other, as one group. */
export function runsOf<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const runs: [T, ...T[]][] = []
  for (const item of items) {
    const last = runs.at(-1)
    if (last && keyOf(last[0]) === keyOf(item)) last.push(item)
    else runs.push([item])
  }
  return runs
}
