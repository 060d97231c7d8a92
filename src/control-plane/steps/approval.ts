import { approvalAsk, approve, ask, type Reply } from '#control-plane/approvals/index.ts'
import { Approval, type TextOrLater } from '#model/workflow/index.ts'
import { steps } from './failures.ts'
import { defineStep, done, type StepResult, type StepRun } from './step.ts'

/** Waits for a person's yes, for days if need be. A no, or nobody in time, is the end of the way forward. */
export const approval = defineStep({
  type: 'approval',
  input: Approval,

  async run(step, input) {
    const otherwise = step.irreversible ? 'then a person is asked' : 'way back'
    const reply = await ask(step.run, 'approval', approvalAsk(step.step.name, input, await textOf(step, input.message), otherwise))
    return reply.is === 'expired' ? expired(step, input) : answered(step, reply)
  },
})

async function expired({ run, step }: StepRun, { onExpiry }: Approval): Promise<StepResult> {
  if (onExpiry === 'reject') return { is: 'turnedDown', failure: steps.APPROVAL_EXPIRED({ step: step.name }).record() }
  const at = await run.now('expired at')
  return done('approved: nobody objected in time', { approved: true, by: 'nobody', why: 'nobody objected in time', at: iso(at) })
}

function answered({ step }: StepRun, { answer, at, by, why = '' }: Extract<Reply, { is: 'answer' }>): StepResult {
  const who = by ?? 'somebody'
  if (answer !== approve.name) return { is: 'turnedDown', failure: steps.REJECTED({ step: step.name, who, why }).record() }
  return done(`approved by ${who}${why ? `: ${why}` : ''}`, { approved: true, by: who, why, at: iso(at) })
}

const iso = (at: number): string => new Date(at).toISOString()

async function textOf({ evaluate }: StepRun, message: TextOrLater | undefined): Promise<string | undefined> {
  if (message === undefined || typeof message === 'string') return message
  return String(await evaluate('message', message.later))
}
