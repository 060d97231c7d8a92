import type { Approval } from '#model/workflow/index.ts'
import type { Ask, AnswerChoice } from './asked.ts'

export const approve: AnswerChoice = { name: 'approve', means: 'go on' }
export const reject: AnswerChoice = { name: 'reject', means: 'go back' }

/** An approval as a question: its two answers, whom it asks, and what its expiry does. `message` is evaluated already. */
export function approvalAsk(name: string, { groups, expires, onExpiry }: Approval, message: string | undefined): Ask {
  return {
    is: 'approval',
    says: message ?? name,
    answers: [approve, reject],
    groups: [...groups],
    for: groups.length > 0 ? `one of ${groups.join(', ')}` : 'an approval',
    next: onExpiry === 'reject' ? 'reject, way back' : 'approve, go on',
    deadline: expires,
  }
}
