/**
 * Who can mend it? `user`: the person who wrote the files or gave the command, so we never retry.
 * `world`: nobody, the cluster or the network will, so we retry. `bug`: we can, so we stop and say so.
 */
export type Blame = 'user' | 'world' | 'bug'

/** Where in a person's file a failure stands: lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

interface Kind<Facts> {
  readonly blame: Blame
  readonly says: (facts: Facts) => string
  readonly todo: string
}

/** A failure as it crosses a process border, or stands in the journal. */
export interface FailureRecord {
  readonly code: string
  readonly blame: Blame
  readonly message: string
  readonly todo: string
  readonly facts: Readonly<Record<string, unknown>>
}

/** A failure a person will read: what happened, to which thing, and what to do about it. */
export class Failure extends Error {
  readonly code: string
  readonly blame: Blame
  readonly todo: string
  readonly facts: Readonly<Record<string, unknown>>

  constructor(record: FailureRecord, cause?: unknown) {
    super(record.message, cause === undefined ? undefined : { cause })
    this.name = 'Failure'
    this.code = record.code
    this.blame = record.blame
    this.todo = record.todo
    this.facts = record.facts
  }

  /** The same, as data: what the journal keeps and the API answers. */
  record(): FailureRecord {
    return { code: this.code, blame: this.blame, message: this.message, todo: this.todo, facts: this.facts }
  }
}

type FactsOf<K> = K extends Kind<infer F> ? F : never
type Makers<T> = { readonly [Code in keyof T]: (facts: FactsOf<T[Code]>, cause?: unknown) => Failure }

/** One row of a table of failures, as documentation and tests read it. */
export interface FailureKind {
  readonly code: string
  readonly blame: Blame
  readonly todo: string
}

const catalogue = new Map<string, FailureKind>()

/** Every kind of failure whose table has been loaded, for `docs/failures.md` and its test. */
export function failureKinds(): readonly FailureKind[] {
  return [...catalogue.values()]
}

/** Declares one kind of failure, keeping the type of its facts. */
export function kind<Facts extends object>(k: Kind<Facts>): Kind<Facts> {
  return k
}

/**
 * Turns a folder's table of failures into functions that make them: `throw traffic.ROUTE_NOT_FOUND({ route })`.
 * The code that people see is `SL-<area>-<name>` with dashes: `SL-TRAFFIC-ROUTE-NOT-FOUND`.
 */
export function defineFailures<T extends Record<string, Kind<never>>>(area: string, table: T): Makers<T> {
  const makers = Object.entries(table).map(([name, k]) => {
    const code = `SL-${area}-${name}`.replaceAll('_', '-')
    catalogue.set(code, { code, blame: k.blame, todo: k.todo })
    const make = (facts: object, cause?: unknown): Failure =>
      new Failure({ code, blame: k.blame, message: (k.says as (f: object) => string)(facts), todo: k.todo, facts: { ...facts } }, cause)
    return [name, make]
  })
  return Object.fromEntries(makers) as Makers<T>
}

/** Any thrown thing as a failure record; what is not a Failure is a bug of ours. */
export function toFailureRecord(error: unknown): FailureRecord {
  if (error instanceof Failure) return error.record()
  const message = error instanceof Error ? error.message : String(error)
  const facts = error instanceof Error && error.stack ? { stack: error.stack } : {}
  return {
    code: 'SL-BUG-UNEXPECTED',
    blame: 'bug',
    message,
    todo: 'This is a bug of Sluice: report it with the text of `sluice logs`.',
    facts,
  }
}
