import type { FailureRecord } from '#base/index.ts'
import type { AnswerChoice, Ask } from '#control-plane/approvals/index.ts'

/** Quick at first, for a short outage of the API server; a minute is as long as users should wait for a cluster that is there again. */
export const tryAgain = { first: 2_000, longest: 60_000 }

/** The world refuses what the way back has to do: it is tried again after the pause (milliseconds), unless a person says otherwise. */
export function blockedBy(failure: FailureRecord, pause: number, otherwise: AnswerChoice): Ask {
  return {
    is: 'blocked',
    says: failure.message,
    failure,
    for: `the world to let it: ${failure.message}`,
    next: 'tries again',
    deadline: pause,
    answers: [{ name: 'retry', means: 'try again now' }, otherwise],
  }
}
