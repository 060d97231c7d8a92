import { Failure, failureKinds, toFailureRecord, type Blame } from '#base/index.ts'
import type { ForwardRun } from '#control-plane/engine/index.ts'
import { stepGoals } from '#model/application/index.ts'
import type { ResolvedPhase, ResolvedSection, ResolvedStep } from '#model/workflow/index.ts'
import type { Finding } from '#protocol/index.ts'
import { releaseCourse, valuesIn, type Course, type ReleaseCourse } from './course.ts'
import { executions } from './failures.ts'
import { inspect } from './inspect.ts'
import * as names from './names.ts'
import { hasChangedBeside } from './objects.ts'
import { restStep } from './rest.ts'
import { holds, runStep, skipStep, type StepEnd } from './run-step.ts'

/** The way forward: wait for those that it supersedes, look at every release, run the steps in order, then leave every release as it is at rest. */
export async function forward(run: ForwardRun, course: Course): Promise<{ readonly says: string }> {
  await takeTurn(run)
  for (const release of course.releases.values()) await lookAt(run, course, release)
  for (const phase of course.definition.workflow.phases) await runPhase(run, course, phase)
  for (const release of course.releases.values()) {
    if (release.goals === 0) continue
    await runStep({ course, release, run, unwatch: () => unwatch(run, release) }, restStep(release, hasChangedBeside(course, release)))
    await unwatch(run, release)
  }
  return { says: [...course.releases.values()].map(({ terms }) => `${terms.service} ${terms.version} runs`).join(', ') }
}

/** One release at a time: whoever is superseded has let go of everything before anything of this run is written, or looked at. */
async function takeTurn(lane: ForwardRun): Promise<void> {
  const turn = await lane.turn()
  if (!turn) return
  const run = lane.scope(names.turn)
  if (turn.is === 'delivered') return run.record(names.ended, (): StepEnd => ({ is: 'done', says: 'the release is free' })).then(() => {})
  const failure = executions.NOT_GONE({ execution: lane.execution, before: 'the one that it supersedes to be back' }).record()
  await run.record(names.ended, (): StepEnd => ({ is: 'failed', says: failure.message, failure }))
  throw new Failure(failure)
}

/** What a run takes over from one that is over is told by its first step. */
const leftBehind = 'SL-RELEASE-LEFT-BEHIND'

const settleWords = { acknowledged: 'acknowledgement', seconds: 'waiting' } as const

async function lookAt(lane: ForwardRun, course: Course, release: ReleaseCourse): Promise<void> {
  const run = lane.scope(names.look(release.resolved.id), { selectors: release.resolved.delegates })
  await run.now(names.began)
  try {
    const { findings, snapshot, settle } = await inspect(run, {
      release: release.terms,
      steps: [...stepGoals(course.definition.workflow, release.resolved.id, course.definition.manifests)],
    })
    const refusals = findings.filter(finding => finding.level === 'refuse')
    if (refusals[0]) throw refusal(refusals[0], refusals)
    release.snapshot = snapshot
    const settled = release.terms.plain === undefined ? `settles by ${settleWords[settle.how]}: ${settle.why}` : settle.why
    await run.record(names.ended, (): StepEnd => ({
      is: 'done',
      says: [settled, ...findings.filter(({ code }) => code === leftBehind).map(({ message }) => message)].join('; '),
    }))
  } catch (error) {
    const failure = toFailureRecord(error)
    await run.record(names.ended, (): StepEnd => ({ is: 'failed', says: failure.message, failure }))
    throw new Failure(failure)
  }
}

/** All that speaks against the run, under the code of the first. */
function refusal({ code }: Finding, all: readonly Finding[]): Failure {
  const [message, todo] = [all.map(each => each.message).join(' '), all.map(each => each.todo).join(' ')]
  return new Failure({ code, blame: blameOf(code), message, todo, facts: { findings: all } })
}

/** A finding does not say who can mend it; its code does. What was found in somebody's cluster is for people to mend. */
function blameOf(code: string): Blame {
  return failureKinds().find(kind => kind.code === code)?.blame ?? 'user'
}

async function runPhase(run: ForwardRun, course: Course, phase: ResolvedPhase): Promise<void> {
  const release = releaseCourse(course, phase.release)
  const runs = await holds(run.scope(phase.id), `phase "${phase.name}"`, phase.when, () => valuesIn(course, release))
  for (const section of phase.sections) {
    if (runs) await runSection(run, course, phase, section)
    else await skipAll(run, section.steps)
  }
}

async function runSection(run: ForwardRun, course: Course, phase: ResolvedPhase, section: ResolvedSection): Promise<void> {
  const release = releaseCourse(course, phase.release)
  const thing = `section "${section.name}" of phase "${phase.name}"`
  const runs = await holds(run.scope(`${phase.id}/${section.name}`), thing, section.when, () => valuesIn(course, release))
  if (!runs) return skipAll(run, section.steps)
  const place = { course, release, run, watch: () => watchOnce(run, release), unwatch: () => unwatch(run, release) }
  for (const step of section.steps) await runStep(place, step)
}

/** From the first goal that splits the route on somebody watches it, until the release is at rest. */
async function watchOnce(run: ForwardRun, release: ReleaseCourse): Promise<void> {
  if (release.watched) return
  release.watched = true
  await run.watch(release.resolved.id, { release: release.resolved.id, snapshot: release.snapshot })
}

async function unwatch(run: ForwardRun, release: ReleaseCourse): Promise<void> {
  if (release.watched) await run.unwatch(release.resolved.id)
}

async function skipAll(run: ForwardRun, steps: readonly ResolvedStep[]): Promise<void> {
  for (const step of steps) await skipStep(run, step)
}
