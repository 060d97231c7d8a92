/** One line of the report. `ok` is left out where there is nothing to hold it against. */
export interface Line {
  readonly says: string
  /** What is asked of it, in words. */
  readonly asked?: string
  readonly ok?: boolean
}

/** One thing that is measured: its name on the command line, and how. Figures are reported, never tested against a clock. */
export interface Figure {
  readonly name: string
  readonly measure: () => Promise<readonly Line[]>
}
