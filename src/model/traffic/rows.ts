import { destinationText, type Destination } from './destination.ts'

/** The two workloads of a run: the version users have, and the one that is tried. */
export type Side = 'stable' | 'canary'

/** One row of a split: weights are integers ≥ 0 that sum to 100 over all rows, whatever share of the route is ours. */
export interface Row {
  readonly to: Side | Destination
  readonly weight: number
}

/** What the pin writes: everything to stable, the canary named but without traffic. */
export const pinnedRows: readonly Row[] = [
  { to: 'stable', weight: 100 },
  { to: 'canary', weight: 0 },
]

/** What is wrong with rows as a person wrote them. */
export type RowProblem =
  | { readonly is: 'no-rows' }
  | { readonly is: 'not-an-integer'; readonly row: string; readonly weight: number }
  | { readonly is: 'negative'; readonly row: string; readonly weight: number }
  | { readonly is: 'sum'; readonly sum: number }
  | { readonly is: 'duplicate'; readonly row: string }

/** Names a row in messages: the side, or the destination. */
export function rowText(to: Row['to']): string {
  return typeof to === 'string' ? to : destinationText(to)
}

/** Every problem of the weights; empty where the rows may be written. Speaks of what we write: a user's own 7 : 3 is not asked. */
export function checkRows(rows: readonly Row[]): readonly RowProblem[] {
  if (rows.length === 0) return [{ is: 'no-rows' }]
  const names = rows.map(row => rowText(row.to))
  const problems = rows.flatMap(({ to, weight }): RowProblem[] => {
    if (!Number.isSafeInteger(weight)) return [{ is: 'not-an-integer', row: rowText(to), weight }]
    return weight < 0 ? [{ is: 'negative', row: rowText(to), weight }] : []
  })
  const duplicates = names.filter((name, index) => names.indexOf(name) !== index)
  const sum = rows.reduce((total, row) => total + row.weight, 0)
  return [
    ...problems,
    ...[...new Set(duplicates)].map((row): RowProblem => ({ is: 'duplicate', row })),
    ...(sum === 100 ? [] : [{ is: 'sum', sum } as const]),
  ]
}

/** A row problem in words. */
export function rowProblemText(problem: RowProblem): string {
  switch (problem.is) {
    case 'no-rows':
      return 'the split has no rows'
    case 'not-an-integer':
      return `the weight of ${problem.row} is ${problem.weight}, not a whole number`
    case 'negative':
      return `the weight of ${problem.row} is ${problem.weight}, below 0`
    case 'duplicate':
      return `${problem.row} stands in the split twice`
    case 'sum':
      return `the weights sum to ${problem.sum}, not to 100`
  }
}
