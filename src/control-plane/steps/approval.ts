import { approvalAsk, approve, ask, type Reply } from '#control-plane/approvals/index.ts'
import { Approval, type TextOrLater } from '#model/workflow/index.ts'
import { steps } from './failures.ts'
import { defineStep, done, type StepResult, type StepRun } from './step.ts'

/** Waits for a person's yes, for days if need be. A no, or nobody in time, is the end of the way forward. */
export const approval = defineStep({
  type: 'approval',
  input: Approval,

  async run(step, input) {
    const reply = await ask(step.run, 'approval', approvalAsk(step.step.name, input, await textOf(step, input.message)))
    return reply.is === 'expired' ? expired(step, input) : answered(step, reply)
  },
})

function expired({ step }: StepRun, { onExpiry }: Approval): StepResult {
  if (onExpiry === 'reject') return { is: 'turnedDown', failure: steps.APPROVAL_EXPIRED({ step: step.name }).record() }
  return done('approved: nobody objected in time', { status: 'approved', by: null, why: null })
}

function answered({ step }: StepRun, { answer, by, why }: Extract<Reply, { is: 'answer' }>): StepResult {
  const who = by ?? 'somebody'
  if (answer !== approve.name) return { is: 'turnedDown', failure: steps.REJECTED({ step: step.name, who, why: why ?? '' }).record() }
  return done(`approved by ${who}${why ? `: ${why}` : ''}`, { status: 'approved', by: who, why: why ?? null })
}

async function textOf({ evaluate }: StepRun, message: TextOrLater | undefined): Promise<string | undefined> {
  if (message === undefined || typeof message === 'string') return message
  return String(await evaluate('message', message.later))
}
