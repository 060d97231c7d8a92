/**
 * How far a change has come through the mesh. `none`: not everywhere yet. `shift`: far enough to move weight between two sides that
 * both stay reachable (named stragglers are tolerated after a limit). `removal`: far enough to remove, re-point or give first weight.
 */
export type Reached = 'none' | 'shift' | 'removal'

/** Later ones hold what earlier ones do. */
export const strength: Readonly<Record<Reached, number>> = { none: 0, shift: 1, removal: 2 }

/** What is known of one object's arrival at the proxies that it concerns. */
export interface Arrival {
  readonly reached: Reached
  /** For people: "2 of 3 proxies", "5 s after the write". */
  readonly says: string
  /** Proxies that have it, and those that are expected to; both 0 where only time tells. */
  readonly acknowledged: number
  readonly expected: number
  /** Names of expected proxies that lack it. */
  readonly missing: readonly string[]
  /** Where only time tells: when it will have come so far, whatever else happens (milliseconds since 1970). */
  readonly ends?: { readonly shift: number; readonly removal: number }
  /** A proxy that refused the configuration, with its own words. */
  readonly rejected?: { readonly proxy: string; readonly words: string }
}

/** One address that some proxy may still send to. */
export interface ListedEndpoint {
  readonly address: string
  /** Labels of the pod behind it, as last seen. */
  readonly labels: Readonly<Record<string, string>>
  /** Only proxies that have been cut off for longer than a shift waits may list it: a removal waits for them, a shift does not. */
  readonly onlyCutOff?: boolean
}

/** What is known of the endpoints of one Service. */
export interface EndpointArrival {
  /** Pod addresses that are healthy and known to every expected proxy: only these may get weight. */
  readonly known: readonly string[]
  /** Every address that some proxy may still send to: dead pods and pushes in flight included. */
  readonly listed: readonly ListedEndpoint[]
  /** False until it can be excluded that a proxy lists addresses that nobody here remembers (after a restart). */
  readonly complete: boolean
  readonly says: string
}

/** Arrivals of several objects as one: as far as the one that is least far, whose words it takes. Undefined where there is none. */
export function arrivalOfAll(all: readonly Arrival[]): Arrival | undefined {
  const [least] = all.toSorted((a, b) => strength[a.reached] - strength[b.reached])
  if (!least || all.length === 1) return least
  const rejected = all.find(each => each.rejected)?.rejected
  return { ...least, missing: [...new Set(all.flatMap(each => each.missing))], ...(rejected ? { rejected } : {}) }
}
