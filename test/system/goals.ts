import type { Goal } from '#model/release/index.ts'

/** A split of two rows, canary first as the seed writes it. */
export function split(canary: number, fixed = false): Goal {
  return {
    to: 'split',
    fixed,
    rows: [
      { to: 'canary', weight: canary },
      { to: 'stable', weight: 100 - canary },
    ],
  }
}

export const pinned: Goal = { to: 'pinned' }
export const promoted: Goal = { to: 'promoted', traffic: 'canary' }
/** Rolled in place, with everybody on stable. */
export const reset: Goal = { to: 'promoted', traffic: 'reset' }
export const atRest: Goal = { to: 'atRest' }
export const canaryRemoved: Goal = { to: 'canaryRemoved' }
export const returned: Goal = { to: 'returned', now: false }

export function prepared(percent = 25, fixed = false): Goal {
  return { to: 'prepared', instances: { percent }, fixed }
}

/** A whole canary with two splits. */
export const wholeCanary: readonly Goal[] = [pinned, prepared(), split(10), split(50), promoted, canaryRemoved, atRest]

/** Beta users, by a header, get the canary. */
export const beta: Goal = { to: 'headerRoute', name: 'beta', match: [{ headers: { 'x-beta': { exact: 'yes' } } }], fixed: false }

/** A copy of so many percent of the requests, of any method, goes to the canary. */
export function mirror(percent: number): Goal {
  return { to: 'mirror', percent, allowUnsafeMethods: true, fixed: false }
}
