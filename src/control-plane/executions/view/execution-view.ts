import { formatDuration } from '#base/index.ts'
import type { Waiting } from '#protocol/index.ts'
import type { ExecutionSummary, ExecutionView, PhaseView, QuestionView, StepView } from '#protocol/http/index.ts'
import type { ResolvedPhase } from '#model/workflow/index.ts'
import { actsOf } from './acts.ts'
import { askedInstead, irreversibleStep } from './irreversible.ts'
import { releaseView } from './releases.ts'
import { aroundSteps, shownFor, shownStep } from './shown.ts'
import { iso, questions, type Sight } from './sight.ts'
import { backBegan, failureOf, standingOf } from './standing.ts'
import { stepView } from './step-view.ts'
import { waitingFor } from './waiting.ts'
import { writesOf } from './writes.ts'

/** An execution as people see it. */
export function executionView(sight: Sight): ExecutionView {
  const { input, definition, engine } = sight
  const phases = definition.workflow.phases.map(phase => phaseView(sight, phase))
  const around = aroundSteps(sight).map(shown => stepView(sight, shown))
  return {
    ...summaryFrom(sight, [...phases.flatMap(phase => phase.sections.flatMap(section => section.steps)), ...around]),
    definition: input.definition,
    who: input.who,
    phases,
    around,
    acts: actsOf(sight),
    ...writesOf(sight),
    version: engine.row.seq,
    plan: input.plan,
    irreversible: irreversibleStep(sight)?.name,
    question: questionOf(sight),
    failure: failureOf(sight),
  }
}

/** The same for a list. */
export function executionSummary(sight: Sight): ExecutionSummary {
  const { id, application, workflow, service, status, says, waiting, started, ended, exit, releases } = executionView(sight)
  return { id, application, workflow, service, status, says, waiting, started, ended, exit, releases }
}

function summaryFrom(sight: Sight, steps: readonly StepView[]): ExecutionSummary {
  const { row } = sight.engine
  const { workflow } = sight.definition
  const { status, exit } = standingOf(sight)
  return {
    id: row.id,
    application: workflow.application,
    workflow: workflow.name,
    service: workflow.service,
    status,
    says: saysOf(sight, steps),
    started: iso(row.startedAt),
    releases: workflow.releases.map(release => releaseView(sight, release)),
    waiting: row.endedAt === undefined ? waitingOf(sight, steps) : undefined,
    ended: row.endedAt === undefined ? undefined : iso(row.endedAt),
    exit,
  }
}

/** What the execution as a whole waits for: a person first, then a pause, then what its present step waits for. */
function waitingOf(sight: Sight, steps: readonly StepView[]): Waiting | undefined {
  const [asked] = questions(sight.engine.calls)
  if (asked) return waitingFor(sight, asked.call)
  const [pause] = sight.engine.pauses
  const resume = { for: 'somebody to resume it', next: irreversibleStep(sight) ? askedInstead : 'way back' }
  if (pause) return { ...resume, since: iso(pause.since), until: iso(pause.until) }
  return steps.find(step => step.status === 'running')?.waiting
}

function saysOf(sight: Sight, steps: readonly StepView[]): string {
  const { engine } = sight
  const open = steps.find(step => step.status === 'waiting') ?? steps.find(step => step.status === 'running')
  if (engine.row.endedAt === undefined)
    return `${open ? `${open.name}: ${open.says ?? open.waiting?.for ?? 'begins'}` : 'begins'}${overdueText(sight)}`
  const failure = failureOf(sight)
  if (failure) return failure.message
  const length = formatDuration(engine.row.endedAt - engine.row.startedAt)
  return `${(engine.output as { readonly says?: string } | undefined)?.says ?? 'done'}, after ${length}`
}

/** What holds the way back stands before it. */
function overdueText(sight: Sight): string {
  if (standingOf(sight).status !== 'stranded') return ''
  return ` (on the way back for ${formatDuration(sight.now - (backBegan(sight) ?? sight.now))}, longer than it should take; it goes on trying)`
}

function phaseView(sight: Sight, { id, name, release, sections, rollback }: ResolvedPhase): PhaseView {
  const all = rollback.length > 0 ? [...sections, { name: 'rollback', steps: rollback }] : sections
  return {
    id,
    name,
    release,
    sections: all.map(section => ({ name: section.name, steps: section.steps.map(step => stepView(sight, shownStep(step))) })),
  }
}

function questionOf(sight: Sight): QuestionView | undefined {
  const [asked] = questions(sight.engine.calls)
  return (
    asked && {
      id: asked.call.name,
      step: shownFor(sight, asked.call.name)?.path ?? asked.call.lane,
      question: asked.asked.says,
      answers: asked.asked.answers,
      waiting: waitingFor(sight, asked.call),
    }
  )
}
