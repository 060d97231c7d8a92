/** Who answers on a side: the version before the run, the one that it brings, either of them, or one that somebody else wrote. */
export type SideVersion = 'former' | 'new' | 'either' | 'edited'

/** A split as it was seen. Shares in percent: the highest of all managed entries, for a request may take any of them. */
export interface Split {
  readonly stable: number
  readonly canary: number
  /** Some requests reach the canary whatever its share is: they carry its header, or a cookie of it. */
  readonly apart: boolean
  readonly versions: { readonly stable: SideVersion; readonly canary: SideVersion }
  /** No proxy has another one. */
  readonly everywhere: boolean
}

export type Side = 'stable' | 'canary'

export const sides: readonly Side[] = ['stable', 'canary']

/** Whether a request may meet a side. */
export function gives(split: Pick<Split, Side | 'apart'>, side: Side): boolean {
  return split[side] > 0 || (side === 'canary' && split.apart)
}

/** Since when a side has had no share anywhere (milliseconds since 1970); undefined while it may have one. */
export type Idle = Readonly<Record<Side, number | undefined>>

/** Takes up a split: a side is idle from the moment at which every proxy is known to give it nothing. */
export function idleAfter(idle: Idle, split: Split, now: number): Idle {
  const of = (side: Side): number | undefined => {
    if (gives(split, side)) return undefined
    return idle[side] ?? (split.everywhere ? now : undefined)
  }
  return { stable: of('stable'), canary: of('canary') }
}

/** Whether requests meet the same under both: shares, and who answers where there is one. */
export function sameSplit(one: Split, other: Split): boolean {
  if (one.apart !== other.apart) return false
  return sides.every(side => one[side] === other[side] && (!gives(one, side) || one.versions[side] === other.versions[side]))
}
