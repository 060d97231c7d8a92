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
  /** Another entry has the name that one of the run would get. */
  | { readonly is: 'name-taken'; readonly entry: string }
  /** Every managed entry takes requests that write, as this one does, and a copy would write again. */
  | { readonly is: 'unsafe-mirror'; readonly entry: string }
  /** No managed entry takes a request of this kind. */
  | { readonly is: 'no-such-requests'; readonly route: string }
  /** The kind of route has words for it, and its gateways may not know them: `what` is asked, `lack` says what is missing and where it was read. */
  | { readonly is: 'unsupported'; readonly what: string; readonly lack: string }
  /** The kind of route has no words for it. */
  | { readonly is: 'not-expressible'; readonly reason: string }
  | { readonly is: 'rows'; readonly problems: readonly RowProblem[] }
