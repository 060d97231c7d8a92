/** A version of a service, as metrics name it: the workload that its pods belong to. */
export interface Subject {
  readonly namespace: string
  readonly workload: string
}

/** What was counted of one version since somebody began to count. */
export interface Level {
  readonly requests: number
  /** Answers with 500 and above, and all that are lost. */
  readonly errors: number
  /** Of the errors: those that no pod of the application made. */
  readonly lost: number
  /** Answers that began well and were broken off. */
  readonly cut: number
  /** How many answers took at most so many milliseconds; rising, the last bound is Infinity. */
  readonly buckets: ReadonlyMap<number, number>
}

/** Levels at one moment, one for each that counts by itself (a gateway): each may begin anew without the others. */
export interface Reading {
  readonly levels: ReadonlyMap<string, Level>
  /** Who should have told, and did not. */
  readonly silent: readonly string[]
}

/** Where counts of requests come from. */
export interface MetricSource {
  /** For people: `the gateways`. */
  readonly name: string
  /** Reads the present levels. Rejects when nobody tells. */
  read(subject: Subject, signal?: AbortSignal): Promise<Reading>
}

export const nothing: Level = { requests: 0, errors: 0, lost: 0, cut: 0, buckets: new Map() }
