import type { Arrival } from '../arrival.ts'
import type { CanaryView, StableView, Version, View } from '../view.ts'
import { rows } from './shares.ts'
import type { Terms } from './terms.ts'

const everywhere: Arrival = { reached: 'removal', says: '3 of 3 proxies', acknowledged: 3, expected: 3, missing: [] }

export const terms: Terms = { replicas: 4, stable: 'Deployment shop/cart', canary: 'Deployment shop/cart-canary' }
export const before: Version = { before: true, next: false }
export const next: Version = { before: false, next: true }

/** What differs from four pods on each side, all known, that are split by subsets, everything arrived. */
export interface Sketch {
  /** That stable has, in its template and on its pods. */
  readonly version: Version
  /** Percent of the canary; nothing where users are on the bare route. */
  readonly canaryShare?: number | 'bare'
  readonly stable?: Partial<Omit<StableView, 'subset'>>
  readonly subset?: Partial<StableView['subset']>
  readonly canary?: Partial<CanaryView>
  /** How often each route says that a request is tried again; as many routes as there are. */
  readonly retries?: readonly (number | undefined)[]
}

/** In the middle of a run. */
export function sketchedView({ version, canaryShare = 100, stable, subset, canary, retries = [undefined] }: Sketch): View {
  const four = { replicas: 4, ready: 4, known: 4, failing: undefined }
  return {
    routes: retries.map(each =>
      canaryShare === 'bare' ? { is: 'bare' } : { is: 'split', rows: rows(canaryShare), ...(each === undefined ? {} : { retries: each }) },
    ),
    apart: { stands: false, mirrored: 0, asAsked: true },
    allOrNothing: false,
    sides: { named: true, says: 'the subsets' },
    arrival: { route: everywhere, sides: everywhere },
    listsComplete: true,
    drained: true,
    stable: {
      ...four,
      version,
      paused: true,
      hash: 'a',
      onlyCurrent: true,
      surging: false,
      rolling: false,
      strays: 0,
      sameImages: true,
      ...stable,
      subset: { hash: 'a', version, alive: 4, known: 4, stale: 0, ...subset },
    },
    canary: { ...four, exists: true, version: next, listed: 4, mixedImages: false, ...canary },
    claimed: true,
    holding: true,
    recorded: true,
    heldBy: undefined,
    over: false,
    canTellEnd: false,
    leftBehind: 0,
    behind: false,
    floorRaised: true,
    floorRestored: false,
    unconfigured: 0,
    heldBack: 0,
    unrestored: 0,
    outlived: 0,
    brought: 0,
    ownershipReturned: false,
    marked: true,
  }
}
