import { z } from 'zod'
import type { Run } from '#control-plane/engine/index.ts'
import { FailureRecord } from '#protocol/http/index.ts'

/** One way to answer: the word that `sluice resume --answer` takes, and what it leads to. */
export const AnswerChoice = z.object({ name: z.string(), means: z.string() })
export type AnswerChoice = z.infer<typeof AnswerChoice>

/**
 * What a wait is about, as the journal keeps it. `approval` and `question` need a person; `time` passes by itself and may be cut short.
 * `blocked` is time that passes until something is tried again which the world refuses.
 */
export const Asked = z.object({
  is: z.enum(['approval', 'question', 'time', 'blocked']),
  /** What is asked, or what passes. */
  says: z.string(),
  answers: z.array(AnswerChoice),
  /** Recorded, and enforced where people are known: who may answer. */
  groups: z.array(z.string()).optional(),
  failure: FailureRecord.optional(),
})
export type Asked = z.infer<typeof Asked>

/** How people answer: the payload of a delivery. */
export const Answered = z.object({ answer: z.string() })
export type Answered = z.infer<typeof Answered>

/** A wait in the words of people, see {@link Asked}. */
export interface Ask extends Asked {
  /** "one of release-managers", "an answer". */
  readonly for: string
  /** What happens at the deadline: "reject, way back". */
  readonly next: string
  /** Milliseconds. */
  readonly deadline: number
}

/** `at`: the store's time, milliseconds since 1970. */
export type Reply =
  | { readonly is: 'answer'; readonly answer: string; readonly at: number; readonly by?: string; readonly why?: string }
  | { readonly is: 'expired' }

/** Asks, and waits for one of the answers or the deadline. */
export async function ask(run: Run, name: string, { for: what, next, deadline, ...about }: Ask): Promise<Reply> {
  const reply = await run.wait<Answered>(name, { for: what, next, deadline, about })
  if (reply.is === 'expired') return reply
  const said = { ...(reply.by === undefined ? {} : { by: reply.by }), ...(reply.why === undefined ? {} : { why: reply.why }) }
  return { is: 'answer', answer: reply.payload.answer, at: reply.at, ...said }
}

/** A day: long enough for every time zone and a short night, short enough that nothing stands split over a weekend unseen. */
export const questionDeadline = 24 * 3_600_000
