import type { FailureRecord } from '#base/index.ts'

/** The three lanes of an execution; a watch lane has a name of its own. The first part of every call's name. */
export type LaneName = 'forward' | 'back' | `watch/${string}`

/** What a person or a lane said, and why; `by` is the person's name, `at` the store's time. */
export interface Said {
  readonly by?: string
  readonly why?: string
}

/** Who and why of something that holds more. */
export function saidOf({ by, why }: Said): Said {
  return { ...(by === undefined ? {} : { by }), ...(why === undefined ? {} : { why }) }
}

/** Why the way back started. */
export type Cause =
  | ({ readonly is: 'aborted'; readonly now: boolean } & Said)
  | { readonly is: 'failed'; readonly failure: FailureRecord }
  | { readonly is: 'found'; readonly watch: string; readonly found: unknown }
  | ({ readonly is: 'pauseExpired' } & Said)

/** Forward steps begin nothing new while one of these stands; at its deadline the way back starts. */
export interface Pause extends Said {
  /** Milliseconds from the event's own time. */
  readonly deadline: number
}

/**
 * What can be written in a journal, by kind. `name` is the call's full name (`forward/Canary Deployment/pin`), the lane (`forward`,
 * `watch/cart`), or `command/ID` for what people asked. Kinds and payloads only ever grow: released journals are replayed.
 */
interface Payloads {
  /** A lane: what it was given. */
  readonly started: { readonly cause?: Cause; readonly subject?: unknown }
  /** A lane that was ended by another one: it starts nothing more. */
  readonly stopped: { readonly cause?: Cause }
  /** A task: in the queue from here on; its row is written in the same transaction. `timeout` null: it stands until it is cancelled. */
  readonly scheduled: { readonly type: string; readonly selectors: readonly string[]; readonly timeout: number | null }
  /** A task or a lane. */
  readonly succeeded: { readonly output?: unknown }
  /** A task or a lane. */
  readonly failed: { readonly failure: FailureRecord }
  readonly sleeping: { readonly milliseconds: number }
  readonly slept: Readonly<Record<string, never>>
  readonly waiting: { readonly deadline: number; readonly for: string; readonly next: string; readonly about?: unknown }
  readonly delivered: Said & { readonly payload?: unknown }
  readonly expired: Readonly<Record<string, never>>
  readonly recorded: { readonly value?: unknown }
  readonly paused: Pause
  readonly resumed: Said
  /** A command that came when there was nothing for it to do. */
  readonly ignored: Said & { readonly command: string }
  readonly aborted: Said & { readonly now: boolean }
}

export type EventKind = keyof Payloads

/** An event that is to be written. */
export type Entry = { readonly [K in EventKind]: { readonly name: string; readonly kind: K; readonly payload: Payloads[K] } }[EventKind]

/** An event as it stands in the journal: `seq` counts from 1 within the execution, `at` is the store's time in milliseconds since 1970. */
export type JournalEvent = Entry & { readonly seq: number; readonly at: number }

/** The kinds that end a call or a lane: one of them per execution and name, the first wins. */
export const endingKinds = [
  'stopped',
  'succeeded',
  'failed',
  'slept',
  'delivered',
  'expired',
  'recorded',
] as const satisfies readonly EventKind[]

/** Whether an event ends the call or lane that it names. */
export function isEnding(kind: EventKind): boolean {
  return (endingKinds as readonly EventKind[]).includes(kind)
}
