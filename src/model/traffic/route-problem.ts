import type { RowProblem } from './rows.ts'

/** Why a route can not be managed, read or written. Entries are named, or `#index`; destinations are text. */
export type RouteProblem =
  | { readonly is: 'other-kind'; readonly want: string }
  | { readonly is: 'no-entries' }
  | { readonly is: 'other-protocol'; readonly protocols: readonly string[] }
  | { readonly is: 'several-entries'; readonly entries: readonly string[] }
  | { readonly is: 'entry-missing'; readonly entry: string; readonly entries: readonly string[] }
  | { readonly is: 'not-routed'; readonly entry: string; readonly by: string }
  | { readonly is: 'no-destination'; readonly entry: string }
  | { readonly is: 'blank-host'; readonly entry: string }
  | { readonly is: 'none-ours'; readonly entry: string; readonly destinations: readonly string[] }
  | { readonly is: 'several-ours'; readonly entry: string; readonly destinations: readonly string[] }
  | { readonly is: 'without-weight'; readonly entry: string; readonly destination: string }
  | { readonly is: 'literal-stands'; readonly entry: string; readonly destination: string }
  /** The kind of route has no words for it. */
  | { readonly is: 'not-expressible'; readonly reason: string }
  | { readonly is: 'rows'; readonly problems: readonly RowProblem[] }
