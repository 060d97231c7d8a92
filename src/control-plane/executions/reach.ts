import type { Failure } from '#base/index.ts'
import { ask, questionDeadline, type AnswerChoice, type Reply } from '#control-plane/approvals/index.ts'
import type { Run } from '#control-plane/engine/index.ts'
import { lastShare, type Goal } from '#model/release/index.ts'
import type { ResolvedStep } from '#model/workflow/index.ts'
import { reachGoal, type Reached } from '#protocol/index.ts'
import { snapshotOf, termsFor, type Course, type ReleaseCourse } from './course.ts'
import { executions } from './failures.ts'

/** Answers that the delegate offers, and this way of going on without it. */
export const back: AnswerChoice = { name: 'back', means: 'go back to the old version' }
const meaning: Readonly<Record<string, string>> = {
  retry: 'look again, and go on if it is mended',
  keepEdit: "keep somebody else's edit: it rolls out when the run lets go",
}

/** Where a step runs: the lane, the release, what the lane knows. */
export interface StepPlace {
  readonly course: Course
  readonly release: ReleaseCourse
  readonly run: Run
  /** Sees to it that somebody watches the release: while its route is split, or while the pods that were rolled have its users. */
  readonly watch?: () => Promise<void>
  /** Ends that: a person keeps an edit, of which the watch would ask again. The goal that lets the workload go sees to its users. */
  readonly unwatch?: () => Promise<void>
}

/** The time that a step has for its work. What people take to answer does not count. */
export interface Budget {
  readonly step: ResolvedStep
  left: number
  /** When the present piece of work began. */
  since: number
  begun: boolean
}

/** Brings a release to a goal on behalf of a step. The delegate may ask; what cannot be answered there sends the run back. */
export async function reach(place: StepPlace, budget: Budget, name: string, goal: Goal): Promise<string> {
  const { run, course, release } = place
  let wanted = release.keepEdit ? withEditKept(goal) : goal
  for (let round = 1; ; round++) {
    const call = round === 1 ? name : `${name}-${round}`
    const reached = await work(place, budget, call, wanted)
    if (reached.is === 'reached') return reached.says
    const next = course.irreversible ? 'looks again, and asks again' : 'go back to the old version'
    const reply = await ask(run, `${call}/asks`, questionOf(reached, next))
    if (reply.is === 'answer' || !course.irreversible) wanted = afterReply(budget.step, reached.question, wanted, reply)
    if (!release.keepEdit && 'keepEdit' in wanted && wanted.keepEdit) {
      release.keepEdit = true
      await place.unwatch?.()
    }
    budget.since = await run.now(`${call}/answered`)
  }
}

async function work({ run, release, watch }: StepPlace, budget: Budget, call: string, goal: Goal): Promise<Reached> {
  const { step } = budget
  const isPlain = release.terms.plain !== undefined
  if (goal.to !== 'pinned' && !isPlain) await watch?.()
  const number = ++release.goals
  const input = { release: termsFor(release, step), snapshot: snapshotOf(release), goal, number }
  const reached = await run.task(call, reachGoal, input, { timeout: await timeLeft(run, budget, call) })
  // While its pods are replaced, the goal itself sees how they do.
  if (isPlain && reached.is === 'reached') await watch?.()
  if (goal.to === 'prepared') release.fixed = goal.fixed
  if (goal.to === 'split' && reached.is === 'reached') release.share = lastShare([goal])
  return reached
}

/** What is left of the step's time. The first piece of work has it all; the journal's time is asked for only from the second one on. */
export async function timeLeft(run: Run, budget: Budget, call: string): Promise<number> {
  const { step } = budget
  if (budget.begun) {
    const now = await run.now(`${call}/at`)
    budget.left -= now - budget.since
    budget.since = now
  }
  budget.begun = true
  if (budget.left <= 0) throw executions.STEP_TIMEOUT({ step: step.name, milliseconds: step.timeout, lastWord: '' })
  return budget.left
}

export function questionOf({ question, answers }: Extract<Reached, { is: 'asks' }>, next: string): Parameters<typeof ask>[2] {
  const choices = [...answers.map(name => ({ name, means: meaning[name] ?? name })), back]
  return { is: 'question', says: question, answers: choices, for: 'an answer', next, deadline: questionDeadline }
}

/** The goal to try after a reply; a reply that means the way back is thrown as such. */
function afterReply(step: ResolvedStep, question: string, goal: Goal, reply: Reply): Goal {
  const keeps = reply.is === 'answer' && reply.answer === 'keepEdit'
  if (keeps && withEditKept(goal) !== goal) return withEditKept(goal)
  if (reply.is === 'answer' && reply.answer !== back.name && !keeps) return goal
  // An edit that is to be kept survives the way back.
  throw sentBack(step, question, reply, keeps)
}

/** Goals behind which the run lets go of the workload can leave an edit in it; none that moves traffic past it can. */
function withEditKept(goal: Goal): Goal {
  return goal.to === 'canaryRemoved' || goal.to === 'atRest' ? { ...goal, keepEdit: true } : goal
}

/** A reply that means the way back, as the failure that starts it: neither retried nor asked about again. */
export function sentBack({ name }: ResolvedStep, question: string, reply: Reply, keepEdit = false): Failure {
  const by = reply.is === 'expired' ? 'nobody in time' : (reply.by ?? 'somebody')
  return executions.SENT_BACK({ step: name, question, by, why: (reply.is === 'answer' && reply.why) || '', keepEdit })
}
