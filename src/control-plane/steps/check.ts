import { Check, type Verdict } from '#model/workflow/index.ts'
import { measureVersion } from '#protocol/index.ts'
import { steps } from './failures.ts'
import { defineStep, done, type StepResult, type StepRun } from './step.ts'

type Measured = {
  readonly verdict: 'good' | 'bad' | 'fewRequests'
  readonly says: string
  readonly requests: number
  readonly errors: number
}

/** Measures one version over a time and judges it. Each verdict has its own policy. */
export const check = defineStep({
  type: 'check',
  input: Check,
  needsTraffic: true,

  run: (step, input) => measureAndJudge(step, input, ''),
})

/** Measures and judges, for any step that checks; a bad verdict is thrown. `prefix` leads the names of its calls. */
export async function measureAndJudge(step: StepRun, input: Check, prefix: string): Promise<StepResult> {
  // A person who holds the verdict may ask for another measurement, each under a name of its own.
  for (let round = 1; ; round++) {
    const measured = await step.run.task(`${prefix}measure-${round}`, measureVersion, {
      release: step.release,
      side: input.version,
      over: input.over,
      minRequests: input.minRequests,
      ...(input.errorRate ? { errorRate: input.errorRate.max } : {}),
      ...(input.latency ? { latency: input.latency } : {}),
    })
    const result = await judge(step, input, measured, `${prefix}verdict-${round}`)
    if (result) return result
  }
}

async function judge(step: StepRun, input: Check, measured: Measured, name: string): Promise<StepResult | undefined> {
  const policy = policyFor(input, measured.verdict)
  if (policy === 'fail') throw failureFor(step, measured)
  if (policy === 'pass') return passed(measured, `goes on all the same (${measured.verdict === 'bad' ? 'onBad' : 'onFewRequests'}: pass)`)
  const answer = await step.ask(name, {
    says: `${step.step.name}: ${measured.says}. Go on all the same?`,
    answers: [
      { name: 'goOn', means: 'take it as good' },
      { name: 'retry', means: 'measure again' },
      { name: 'back', means: 'take it as bad, and go back to the old version' },
    ],
    next: 'it counts as bad: the step fails',
  })
  if (answer === 'retry') return undefined
  if (answer === 'goOn') return passed(measured, 'taken as good by a person')
  throw failureFor(step, measured)
}

function policyFor(input: Check, verdict: Measured['verdict']): Verdict {
  if (verdict === 'good') return 'pass'
  return verdict === 'bad' ? input.onBad : input.onFewRequests
}

/** `why` it passes, where it has not been found good. */
function passed({ says, verdict, requests, errors }: Measured, why: string): StepResult {
  return done(verdict === 'good' ? says : `${says}; ${why}`, { verdict, requests, errors })
}

function failureFor({ step, release }: StepRun, { verdict, says }: Measured): Error {
  const facts = { step: step.name, release: release.name, says }
  return verdict === 'bad' ? steps.VERSION_BAD(facts) : steps.FEW_REQUESTS(facts)
}
