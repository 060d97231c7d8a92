import type { Approval } from '#model/workflow/index.ts'
import type { Ask, AnswerChoice } from './asked.ts'

export const approve: AnswerChoice = { name: 'approve', means: 'go on' }
export const reject: AnswerChoice = { name: 'reject', means: 'go back' }

/**
 * An approval as a question: its two answers, whom it asks, and what its expiry does. `message` is evaluated already. `otherwise`: what a
 * rejection leads to.
 */
export function approvalAsk(
  name: string,
  { groups, expires, onExpiry }: Approval,
  message: string | undefined,
  otherwise = 'way back',
): Ask {
  return {
    is: 'approval',
    says: message ?? name,
    answers: [approve, reject],
    groups: [...groups],
    for: groups.length > 0 ? `one of ${groups.join(', ')}` : 'an approval',
    next: onExpiry === 'reject' ? `reject, ${otherwise}` : 'approve, go on',
    deadline: expires,
  }
}
