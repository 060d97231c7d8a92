import { toFailureRecord } from '#base/index.ts'
import { ask } from '#control-plane/approvals/index.ts'
import type { BackRun, Run } from '#control-plane/engine/index.ts'
import { appliedRoutes, isOutage } from '#model/release/index.ts'
import type { ResolvedStep } from '#model/workflow/index.ts'
import { giveBackObjects, type ObjectBefore } from '#protocol/index.ts'
import { blockedBy, tryAgain } from './blocked.ts'
import { releaseCourse, type Course, type ReleaseCourse } from './course.ts'
import * as names from './names.ts'
import { changedBy } from './objects.ts'
import type { StepEnd } from './run-step.ts'

/** A write or two; nothing waits longer for them. */
const routesTimeout = 30_000

/** A few writes; after this somebody should read why they are not made. */
const attemptTimeout = 5 * 60_000

/** What a step of a release changed beside the traffic, as it was before. */
interface Changed {
  readonly step: ResolvedStep
  readonly release: string
  readonly before: readonly ObjectBefore[]
}

/** Of the steps of returning releases, the last step first. */
function changedIn({ past }: BackRun, course: Course, returning: readonly string[]): readonly Changed[] {
  const phases = course.definition.workflow.phases.filter(phase => returning.includes(phase.release))
  const steps = phases.flatMap(phase => phase.sections.flatMap(section => section.steps.map(step => ({ step, release: phase.release }))))
  return steps.toReversed().flatMap(({ step, release }) => {
    const before = changedBy(step, past)
    return before ? [{ step, release, before }] : []
  })
}

/** Gives back what the steps of returning releases changed beside the traffic: the last step first, when users are back. */
export async function giveBack(run: BackRun, course: Course, returning: readonly string[]): Promise<void> {
  for (const { step, release, before } of changedIn(run, course, returning))
    await giveBackStep(run, releaseCourse(course, release), step, { before })
}

/**
 * Routes that steps applied may lead users to the new pods: they are given back before those go. Where the world is in the way of that, it is in
 * the way of all other writes too, so nobody is held up by trying until it is not; whatever else refuses them holds nobody up, and is given
 * back with the rest. All of a release at once: what stood between two steps leads users to pods that may be gone. Names the releases for which
 * there were some.
 */
export async function giveBackRoutes(run: BackRun, course: Course, returning: readonly string[]): Promise<ReadonlySet<string>> {
  const routes = routesIn(run, course, returning)
  for (const { step, release, before } of routes) {
    const { terms, resolved } = releaseCourse(course, release)
    const once = run.scope(names.giveBackRoutes(step.path), { selectors: resolved.delegates, timeout: routesTimeout })
    const failure = await once
      .task('give-back', giveBackObjects, { release: terms, before: [...before], number: ++releaseCourse(course, release).goals })
      .then(() => undefined, toFailureRecord)
    if (failure && isOutage(failure)) await giveBackStep(run, releaseCourse(course, release), step, { before, routes: true })
  }
  return new Set(routes.map(({ release }) => release))
}

/** The routes that steps applied, together for each release under the name of the last of its steps; the release with the last step first. */
function routesIn(run: BackRun, course: Course, returning: readonly string[]): readonly Changed[] {
  const changed = changedIn(run, course, returning).map(each => ({ ...each, before: appliedRoutes(each.before) }))
  const led = changed.filter(({ before }) => before.length > 0)
  const last = led.filter(({ release }, index) => led.findIndex(each => each.release === release) === index)
  return last.map(each => ({
    ...each,
    before: led
      .filter(({ release }) => release === each.release)
      .toReversed()
      .flatMap(({ before }) => before),
  }))
}

/** `routes`: these alone, before everything else; the record of the step stands until the rest is given back. */
interface GivenBack {
  readonly before: readonly ObjectBefore[]
  readonly routes?: true
}

async function giveBackStep(lane: Run, release: ReleaseCourse, step: ResolvedStep, { before, routes }: GivenBack): Promise<void> {
  const run = lane.scope((routes ? names.routesFirst : names.giveBack)(step.path), { selectors: step.delegates, timeout: attemptTimeout })
  await run.now(names.began)
  let pause = tryAgain.first
  for (let round = 1; ; round++) {
    const input = { release: release.terms, before: [...before], number: ++release.goals, ...(routes ? {} : { step: step.path }) }
    const outcome = await run
      .task(`give-back-${round}`, giveBackObjects, input)
      .catch((error: unknown) => ({ failure: toFailureRecord(error) }))
    if (!('failure' in outcome)) {
      await run.record(names.ended, (): StepEnd => ({ is: 'done', says: outcome.says }))
      return
    }
    const { failure } = outcome
    const leave = { name: 'leave', means: 'leave these objects as they are' }
    const reply = await ask(run, `give-back-${round}/blocked`, blockedBy(failure, pause, leave))
    if (reply.is === 'answer' && reply.answer === 'leave') {
      await run.record(names.ended, (): StepEnd => ({
        is: 'ignored',
        says: `left by ${reply.by ?? 'somebody'}: ${failure.message}`,
        failure,
      }))
      return
    }
    pause = Math.min(pause * 2, tryAgain.longest)
  }
}
