import { Failure, toFailureRecord, type FailureRecord, type Json } from '#base/index.ts'
import { ask, questionDeadline } from '#control-plane/approvals/index.ts'
import type { Run } from '#control-plane/engine/index.ts'
import { evaluateText } from '#model/expressions/index.ts'
import { type Reaction, type ResolvedStep } from '#model/workflow/index.ts'
import { steps, type StepResult, type StepRun } from '#control-plane/steps/index.ts'
import { destinationsOf, termsFor, valuesIn, type Course } from './course.ts'
import { executions } from './failures.ts'
import * as names from './names.ts'
import { atRest } from './rest.ts'
import { changeBeside } from './objects.ts'
import { back, reach, sentBack, type StepPlace } from './reach.ts'
import { afterFailure, reactionText, type FailedAttempt, type Next } from './strategy.ts'

/** How a step ended, as the journal keeps it (`PATH/ended`). `failed`: its failure ends the way forward by `reaction`. */
export interface StepEnd {
  readonly is: 'done' | 'skipped' | 'ignored' | 'failed'
  readonly says: string
  readonly output?: Json
  readonly failure?: FailureRecord
}

/** A failure that ends the way forward, and what it leads to. */
export interface StepReaction {
  readonly do: Reaction
  readonly step: string
  /** The person who decided it; absent where the strategy did. */
  readonly by?: string
}

/** Runs one step to its end: condition, attempts, questions. A failure that ends the way forward is thrown, its reaction recorded. */
export async function runStep(place: StepPlace, step: ResolvedStep): Promise<void> {
  const run = place.run.scope(step.path, { selectors: step.delegates, timeout: step.timeout })
  for (let attempt = 1; ; attempt++) {
    const scope = names.attemptScope(attempt)
    const here = { ...place, run: scope ? run.scope(scope) : run }
    const tried = await tryStep(here, step, attempt > 1 ? place.release.share : 0)
    const end = tried.is === 'ended' ? tried.end : await afterAttempt(here, step, attempt, tried)
    if (end !== 'again') return finish(run, place.course, step, end)
  }
}

/** Passes over a step whose section or phase does not run. */
export async function skipStep(run: Run, step: ResolvedStep): Promise<void> {
  await run.record(`${step.path}/${names.ended}`, (): StepEnd => ({ is: 'skipped', says: 'its condition is false' }))
}

/** `by`: who ended the attempt, as {@link afterFailure} has it. */
type Tried =
  | { readonly is: 'ended'; readonly end: StepEnd }
  | { readonly is: 'failed'; readonly failure: FailureRecord; readonly by: FailedAttempt['by'] }
type Failed = Extract<Tried, { is: 'failed' }>

async function tryStep(place: StepPlace, step: ResolvedStep, reachedShare: number): Promise<Tried> {
  const { course, release, run } = place
  const since = await run.now(names.began)
  try {
    if (!(await holds(run, `step "${step.name}"`, step.when, () => valuesIn(course, release))))
      return { is: 'ended', end: { is: 'skipped', says: 'its condition is false' } }
    if (release.snapshot?.first && runnable.find(each => each.type === step.type)?.needsTraffic)
      return {
        is: 'ended',
        end: { is: 'skipped', says: 'the first deployment: nobody is served yet, so there is no traffic to move or to measure' },
      }
    course.irreversible ||= step.irreversible
    const result = await startStep(place, step, { since, reachedShare })
    if (result.is === 'turnedDown') return { is: 'failed', failure: result.failure, by: 'no' }
    const { says, output, as = 'done' } = result
    return { is: 'ended', end: { is: as, says, ...(output === undefined ? {} : { output }) } }
  } catch (error) {
    const failure = failureOf(error, step)
    return { is: 'failed', failure, by: decidedBy[failure.code] ?? 'failure' }
  }
}

/** Failures by which a person has said that the run goes back. */
const decidedBy: Readonly<Record<string, FailedAttempt['by']>> = { 'SL-EXECUTION-SENT-BACK': 'answer', 'SL-RELEASE-RESTORED': 'restore' }

/** Whoever decided that a failure ends the way forward; undefined where nobody did. */
function personOf(by: FailedAttempt['by'], { facts }: FailureRecord): string | undefined {
  if (by === 'restore') return 'somebody with sluice restore'
  return by === 'answer' ? String(facts['by']) : undefined
}

/** What workflows can name, and what ends every execution. */
const runnable = [...steps, atRest]

/** What an attempt begins with: the time, and what former ones have reached. */
type Attempt = Pick<StepRun, 'reachedShare'> & { readonly since: number }

async function startStep(place: StepPlace, step: ResolvedStep, attempt: Attempt): Promise<StepResult> {
  const type = runnable.find(each => each.type === step.type)
  if (!type) throw executions.STEP_UNKNOWN({ step: step.name, type: step.type, known: steps.map(each => each.type) })
  return type.run(stepRun(place, step, attempt), type.input.parse(step.input))
}

/** The engine speaks of tasks; people know steps. */
function failureOf(error: unknown, { name, timeout }: Pick<ResolvedStep, 'name' | 'timeout'>): FailureRecord {
  const failure = toFailureRecord(error)
  if (failure.code !== 'SL-ENGINE-TASK-TIMEOUT') return failure
  return executions.STEP_TIMEOUT({ step: name, milliseconds: timeout, lastWord: String(failure.facts['lastWord'] ?? '') }).record()
}

function stepRun(place: StepPlace, step: ResolvedStep, { since, reachedShare }: Attempt): StepRun {
  const { course, release, run } = place
  const budget = { step, left: step.timeout, since, begun: false }
  return {
    run,
    step,
    release: termsFor(release, step),
    fixed: release.fixed,
    reachedShare,
    irreversible: course.irreversible,
    // Few steps ask, and writing them takes longer than most steps do.
    get destinations() {
      return destinationsOf(release)
    },
    goal: (name, goal) => reach(place, budget, name, goal),
    objects: change => changeBeside(place, budget, change),
    pinned: () => pinnedFor(course, step),
    ask: async (name, question) => {
      const reply = await ask(run, name, {
        is: 'question',
        for: 'an answer',
        deadline: questionDeadline,
        ...question,
        answers: [...question.answers],
      })
      if (reply.is === 'answer' && reply.answer === back.name) throw sentBack(step, question.says, reply)
      // What a person takes to answer is not taken from the time that is left for the goals behind it.
      if (budget.begun) budget.since = await run.now(`${name}/answered`)
      return reply.is === 'expired' ? 'expired' : reply.answer
    },
    evaluate: (name, text) => run.record(name, () => evaluated(text, valuesIn(course, release))),
  }
}

/** Texts are bound to a step by its path. */
function pinnedFor({ definition }: Course, { path, name }: ResolvedStep): string {
  const hash = definition.manifests[path]
  if (hash === undefined) throw executions.CONTENT_MISSING({ hash: 'none', what: `files of step "${name}"` })
  return hash
}

async function afterAttempt(place: StepPlace, step: ResolvedStep, attempt: number, { failure, by }: Failed): Promise<StepEnd | 'again'> {
  const { course, run } = place
  await run.record(names.failed, () => failure)
  const next = afterFailure(step.onFailure, { failure, attempt, by, irreversible: course.irreversible })
  if (next.is === 'again') return waitToTryAgain(run, step, attempt, failure, next.after)
  if (next.is === 'ask') return askAbout(run, step, failure, next)
  const person = personOf(by, failure)
  return reactTo(run, failure, { do: next.do, step: step.path, ...(person === undefined ? {} : { by: person }) })
}

async function waitToTryAgain(
  run: Run,
  step: ResolvedStep,
  attempt: number,
  failure: FailureRecord,
  after: number,
): Promise<StepEnd | 'again'> {
  const reply = await ask(run, 'pause', {
    is: 'blocked',
    says: failure.message,
    failure,
    for: `attempt ${attempt + 1} of ${step.onFailure.retry.times + 1}`,
    next: 'tries again',
    deadline: after,
    answers: [retryNow, skip, back],
  })
  return reply.is === 'expired' ? 'again' : answered(run, step, failure, reply.answer, reply.by)
}

const retryNow = { name: 'retry', means: 'try again now' }
const skip = { name: 'skip', means: 'go on as if it had succeeded' }

async function askAbout(
  run: Run,
  step: ResolvedStep,
  failure: FailureRecord,
  next: Extract<Next, { is: 'ask' }>,
): Promise<StepEnd | 'again'> {
  for (let round = 1; ; round++) {
    const reply = await ask(run, round === 1 ? 'hold' : `hold-${round}`, {
      is: 'question',
      says: `${failure.message} What now?`,
      failure,
      for: 'an answer',
      next: reactionText(next.do),
      deadline: next.deadline,
      answers: [retryNow, skip, back],
    })
    if (reply.is === 'answer') return answered(run, step, failure, reply.answer, reply.by)
    if (next.do) return reactTo(run, failure, { do: next.do, step: step.path })
  }
}

async function answered(run: Run, step: ResolvedStep, failure: FailureRecord, answer: string, by = 'somebody'): Promise<StepEnd | 'again'> {
  if (answer === retryNow.name) return 'again'
  if (answer === skip.name) return { is: 'ignored', says: `skipped by ${by} after: ${failure.message}`, failure }
  const chosen = step.onFailure.do === 'ignore' ? 'rollbackWorkflow' : step.onFailure.do
  return reactTo(run, failure, { do: chosen, step: step.path, by })
}

async function reactTo(run: Run, failure: FailureRecord, reaction: StepReaction): Promise<StepEnd> {
  if (reaction.do === 'ignore') return { is: 'ignored', says: failure.message, failure }
  await run.record(names.reaction, () => reaction)
  return { is: 'failed', says: failure.message, failure }
}

/** Writes down how the step ended, and lets later steps see what it gave. */
async function finish(run: Run, course: Course, step: ResolvedStep, end: StepEnd): Promise<void> {
  await run.record(names.ended, () => end)
  if (end.is === 'failed' && end.failure) throw new Failure(end.failure)
  remember(course, step, end)
}

/** Later steps see what a step gave, by its path and by its name. */
export function remember(course: Course, { path, name, type }: ResolvedStep, { output }: StepEnd): void {
  if (output === undefined) return
  Object.assign(course.outputs, { [path]: output, [name]: output })
  if (type === 'approval') Object.assign(course.approvals, { [path]: output, [name]: output })
}

type Condition = ResolvedStep['when']

/** Whether a condition holds: known before the run, or evaluated now, once. */
export async function holds(run: Run, thing: string, when: Condition, values: () => ReturnType<typeof valuesIn>): Promise<boolean> {
  if (typeof when === 'boolean') return when
  const value = await run.record(names.condition, () => evaluated(when.later, values()))
  if (typeof value === 'boolean') return value
  throw executions.CONDITION({ thing, expression: when.later, is: JSON.stringify(value) })
}

async function evaluated(text: string, values: ReturnType<typeof valuesIn>): Promise<Json> {
  const outcome = await evaluateText(text, values)
  if ('problem' in outcome) throw outcome.problem.failure
  return outcome.value
}
