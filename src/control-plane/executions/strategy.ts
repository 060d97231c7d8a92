import type { FailureRecord } from '#base/index.ts'
import { questionDeadline } from '#control-plane/approvals/index.ts'
import type { FailureStrategy, Reaction } from '#model/workflow/index.ts'

/** What follows a failed attempt. */
export type Next =
  | { readonly is: 'again'; readonly after: number }
  /** A person is asked; `do` is what happens without an answer, undefined: the question is asked again. */
  | { readonly is: 'ask'; readonly deadline: number; readonly do: Reaction | undefined }
  | { readonly is: 'react'; readonly do: Reaction }

export interface FailedAttempt {
  readonly failure: FailureRecord
  /** Counts from 1. */
  readonly attempt: number
  /**
   * `answer`: somebody who was asked wants the way back; `no`: somebody turned it down; `restore`: somebody has taken the release back already;
   * `failure`: everything else.
   */
  readonly by: 'failure' | 'no' | 'answer' | 'restore'
  /** An irreversible step has begun. */
  readonly irreversible: boolean
}

/**
 * The failure strategies, as a decision. What people have decided is neither retried nor ignored; a bug of ours is not retried.
 * Behind an irreversible step nothing goes back unless a person says so; one who restored a release has said it of that release alone.
 */
export function afterFailure(strategy: FailureStrategy, { failure, attempt, by, irreversible }: FailedAttempt): Next {
  const reaction = by === 'failure' ? strategy.do : notIgnored(strategy.do)
  if (by === 'answer' || by === 'restore') return { is: 'react', do: by === 'restore' && irreversible ? 'rollbackPhase' : reaction }
  return afterNoAnswer(strategy, { failure, attempt, by, irreversible }, reaction)
}

/** Nobody has said yet that it goes back. */
function afterNoAnswer({ retry, hold }: FailureStrategy, { failure, attempt, by, irreversible }: FailedAttempt, reaction: Reaction): Next {
  if (by === 'failure' && failure.blame !== 'bug' && attempt <= retry.times) return { is: 'again', after: retry.every }
  if (irreversible && reaction !== 'ignore') return { is: 'ask', deadline: hold?.for ?? questionDeadline, do: undefined }
  if (hold && by === 'failure') return { is: 'ask', deadline: hold.for, do: reaction }
  return { is: 'react', do: reaction }
}

function notIgnored(reaction: Reaction): Reaction {
  return reaction === 'ignore' ? 'rollbackWorkflow' : reaction
}

/** A reaction in the words of waiting lines: "nobody in time, then: …". */
export function reactionText(reaction: Reaction | undefined): string {
  if (reaction === undefined) return 'the question is asked again'
  const texts = {
    rollbackWorkflow: 'way back of the whole workflow',
    rollbackPhase: 'way back of this phase',
    abort: 'way back, without rollback steps',
    ignore: 'ignore it, go on',
  } as const
  return texts[reaction]
}
