import { ask, questionDeadline } from '#control-plane/approvals/index.ts'
import type { BackRun, Cause, Run } from '#control-plane/engine/index.ts'
import { inspectRelease } from '#protocol/index.ts'
import { drainedLonger } from '#model/release/index.ts'
import { releaseCourse, type Course } from './course.ts'
import { allSteps, stepsOf } from '#model/application/index.ts'
import { executions } from './failures.ts'
import { giveBack, giveBackRoutes } from './give-back.ts'
import * as names from './names.ts'
import { changedBy } from './objects.ts'
import { restStep } from './rest.ts'
import { keptEdit, lookOf, numbersGiven, planRetreat, shareGiven, type Retreat } from './retreat.ts'
import { returnRelease } from './return-release.ts'
import { remember, runStep, type StepEnd } from './run-step.ts'

/**
 * The way back: routes that steps applied, then routing, of all releases at once, then what stays is cleaned up, then what steps changed beside the traffic is given
 * back, then the workflow's rollback steps run. It waits for
 * nothing of the run that it ends, and tries again for as long as the world refuses; only a person can make it give up.
 */
export async function wayBack(run: BackRun, course: Course, cause: Cause): Promise<{ readonly returned: readonly string[] }> {
  const { workflow } = course.definition
  const retreat = planRetreat(workflow, run.past, cause)
  recall(run, course)
  if (retreat.returning.length > 0 && retreat.asksFirst) await askFirst(run)
  for (const id of await giveBackRoutes(run, course, retreat.returning)) {
    const release = releaseCourse(course, id)
    release.terms = drainedLonger(release.terms)
  }
  await Promise.all(retreat.returning.map(id => returnRelease(run, releaseCourse(course, id), retreat)))
  for (const id of retreat.staying) {
    const release = releaseCourse(course, id)
    await runStep(
      { course, release, run },
      restStep(
        release,
        stepsOf(workflow, id).some(step => changedBy(step, run.past) !== undefined),
      ),
    )
  }
  await giveBack(run, course, retreat.returning)
  await runRollback(run, course, retreat)
  return { returned: retreat.returning }
}

/** What the forward lane knew, from its calls. */
function recall({ past }: BackRun, course: Course): void {
  const { workflow } = course.definition
  for (const release of course.releases.values()) {
    const look = inspectRelease.output.safeParse(lookOf(past, release.resolved.id))
    release.snapshot = look.success ? look.data.snapshot : undefined
    release.goals = numbersGiven(workflow, past, release.resolved.id)
    release.keepEdit = keptEdit(workflow, past, release.resolved.id)
    release.share = shareGiven(workflow, past, release.resolved.id)
  }
  for (const step of workflow.phases.flatMap(allSteps)) {
    const end = past.find(call => call.name === `${step.path}/${names.ended}`)?.output as StepEnd | undefined
    if (end) remember(course, step, end)
  }
}

/** Behind an irreversible step: whether to go back at all is a person's to say, and the question stands until somebody does. */
async function askFirst(run: Run): Promise<void> {
  for (let round = 1; ; round++) {
    const reply = await ask(run, `${names.first}/${round}`, {
      is: 'question',
      says: 'An irreversible step has run. Go back to the old version all the same?',
      for: 'an answer',
      next: 'the question is asked again',
      deadline: questionDeadline,
      answers: [
        { name: 'back', means: 'go back: the old version can work with what the step did' },
        { name: 'giveUp', means: 'leave the cluster as it is; `sluice restore` goes back later' },
      ],
    })
    if (reply.is === 'expired') continue
    if (reply.answer === 'back') return
    throw executions.GIVEN_UP({ release: run.execution, by: reply.by ?? 'somebody', blocked: 'an irreversible step has run' })
  }
}

/** Rollback steps of a phase run in their order, with their own strategies; one that fails does not keep the others from running. */
async function runRollback(run: Run, course: Course, { rollback }: Retreat): Promise<void> {
  course.letGo = true
  for (const { phase, steps } of rollback) {
    const release = releaseCourse(course, phase.release)
    for (const step of steps) await runStep({ course, release, run }, step).catch(() => undefined)
  }
}
