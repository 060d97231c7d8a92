import { apportion } from '../apportion.ts'
import { destinationText, type Destination } from '../destination.ts'
import type { RouteProblem } from '../route-problem.ts'
import { rowText, type Row } from '../rows.ts'
import type { EntrySplit, Ours, WeightedDestination } from './router.ts'

/** Whether two destinations are the same place, in the router's way of naming hosts. */
export type Same = (a: Destination, b: Destination) => boolean

/** Which destinations of an entry are ours; indices into the entry's list. */
export interface Division {
  readonly pinned: boolean
  readonly mine: readonly number[]
  readonly foreign: readonly number[]
}

/** Adds to destinations with weights as written the share that each really has. */
export function withShares(
  written: readonly { readonly destination: Destination; readonly weight: number }[],
): readonly WeightedDestination[] {
  const total = written.reduce((sum, row) => sum + row.weight, 0)
  const share = (weight: number): number => (total > 0 ? weight / total : 0)
  return written.map(row => ({ ...row, share: written.length === 1 ? 1 : share(row.weight) }))
}

/**
 * Tells ours from foreign. Pinned: one of them is the canary, a literal, or a stable that is not stable's name at rest; then all of ours are replaced.
 * Not pinned: exactly one must reach stable's pods as at rest.
 */
export function divide(entry: string, all: readonly WeightedDestination[], ours: Ours, same: Same): Division | RouteProblem {
  const isOneOf = (row: WeightedDestination, named: readonly Destination[]): boolean => named.some(name => same(row.destination, name))
  const stableHasOwnName = !ours.atRest.some(name => same(name, ours.stable))
  const ofTheRun = [ours.canary, ...(ours.literals ?? []), ...(stableHasOwnName ? [ours.stable] : [])]
  const pinned = all.some(row => isOneOf(row, ofTheRun))
  const atRest = [...ours.atRest, ours.stable]
  const mine = [...all.keys()].filter(index => isOneOf(all[index] as WeightedDestination, pinned ? [...ofTheRun, ...atRest] : atRest))
  if (mine.length === 0) return { is: 'none-ours', entry, destinations: texts(all) }
  if (!pinned && mine.length > 1)
    return { is: 'several-ours', entry, destinations: texts(mine.map(index => all[index] as WeightedDestination)) }
  return { pinned, mine, foreign: [...all.keys()].filter(index => !mine.includes(index)) }
}

/** What forbids the pin: our destination has no traffic that it could share out, or a literal row would be somebody else's. */
export function pinProblem(entry: string, all: readonly WeightedDestination[], ours: Ours, same: Same): RouteProblem | undefined {
  const literal = all.find(row => ours.literals?.some(name => same(row.destination, name)))
  if (literal) return { is: 'literal-stands', entry, destination: destinationText(literal.destination) }
  const division = divide(entry, all, ours, same)
  if ('is' in division) return division
  const mine = division.mine.map(index => all[index] as WeightedDestination)
  const first = mine[0] as WeightedDestination
  return mine.some(row => row.share > 0) ? undefined : { is: 'without-weight', entry, destination: destinationText(first.destination) }
}

/** One place of the new list: somebody else's, kept (with another weight where the total was not 100), or one of our rows. */
export type Place =
  | { readonly is: 'foreign'; readonly from: number; readonly weight: number | undefined }
  /** `from` is the destination it is made from: itself where it stood there already. */
  | { readonly is: 'ours'; readonly from: number; readonly stood: boolean; readonly to: Destination; readonly weight: number }

/** The new list: our rows, in their order, where the first of ours stood; foreign destinations where they were, with their share. */
export function places(
  all: readonly WeightedDestination[],
  division: Division,
  rows: readonly Row[],
  ours: Ours,
  same: Same,
): readonly Place[] {
  const percents = foreignPercents(all, division)
  const weights = apportion(
    rows.map(row => row.weight),
    percentOfOurs(all, division),
  )
  const at = (index: number): Destination => (all[index] as WeightedDestination).destination
  const template = division.mine.find(index => same(at(index), ours.stable)) ?? (division.mine[0] as number)
  const written = rows.map((row, position): Place => {
    const to = typeof row.to === 'string' ? ours[row.to] : row.to
    const standing = division.mine.find(index => same(at(index), to))
    return { is: 'ours', from: standing ?? template, stood: standing !== undefined, to, weight: weights[position] as number }
  })
  return [...all.keys()].flatMap((index): readonly Place[] => {
    if (index === division.mine[0]) return written
    const position = division.foreign.indexOf(index)
    if (position < 0) return []
    const percent = percents[position] as number
    return [{ is: 'foreign', from: index, weight: percent === all[index]?.weight ? undefined : percent }]
  })
}

/** Whole percents of the foreign destinations: as written where the whole list sums to 100, else scaled to it, our part with them. */
function foreignPercents(all: readonly WeightedDestination[], { mine, foreign }: Division): readonly number[] {
  const weight = (index: number): number => all[index]?.weight ?? 0
  const weights = foreign.map(weight)
  const ofOurs = mine.reduce((sum, index) => sum + weight(index), 0)
  const total = weights.reduce((sum, each) => sum + each, 0) + ofOurs
  return total === 100 ? weights : apportion([...weights, ofOurs], 100).slice(0, -1)
}

/** Whole percent of an entry that is ours: all that foreign destinations leave. */
export function percentOfOurs(all: readonly WeightedDestination[], division: Division): number {
  return 100 - foreignPercents(all, division).reduce((sum, percent) => sum + percent, 0)
}

/** A divided entry in the words of a split. */
export function splitOf(
  entry: { readonly label: string; readonly index: number },
  all: readonly WeightedDestination[],
  ours: Ours,
  same: Same,
): EntrySplit | RouteProblem {
  const division = divide(entry.label, all, ours, same)
  if ('is' in division) return division
  const pick = (indices: readonly number[]): readonly WeightedDestination[] => indices.map(index => all[index] as WeightedDestination)
  const mine = pick(division.mine)
  const weight = mine.reduce((sum, row) => sum + row.weight, 0)
  const percentOf = (own: number): number => (weight > 0 ? (100 * own) / weight : 100 / mine.length)
  const rows = mine.map(row => ({ ...row, to: meaning(row.destination, ours, same), percent: percentOf(row.weight) }))
  return {
    entry: entry.label,
    index: entry.index,
    pinned: division.pinned && rows.every(row => isNamed(row, ours, same)),
    ofRoute: percentOfOurs(all, division),
    rows,
    foreign: pick(division.foreign),
  }
}

function meaning(destination: Destination, ours: Ours, same: Same): Row['to'] {
  if (same(destination, ours.stable)) return 'stable'
  return same(destination, ours.canary) ? 'canary' : destination
}

function isNamed({ to, destination }: { readonly to: Row['to']; readonly destination: Destination }, ours: Ours, same: Same): boolean {
  return typeof to === 'string' || (ours.literals ?? []).some(literal => same(literal, destination))
}

function texts(rows: readonly WeightedDestination[]): readonly string[] {
  return rows.map(row => rowText(row.destination))
}
