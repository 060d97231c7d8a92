import type { PastCall, Run } from '#control-plane/engine/index.ts'
import type { Release, Snapshot } from '#model/release/index.ts'
import type { ResolvedStep } from '#model/workflow/index.ts'
import { changeObjects, lookAtObjects, type ObjectBefore, type ObjectsChange } from '#protocol/index.ts'
import { stepsOf } from '#model/application/index.ts'
import { snapshotOf, termsFor, type Course, type ReleaseCourse } from './course.ts'
import * as names from './names.ts'
import { timeLeft, type Budget, type StepPlace } from './reach.ts'

/**
 * Changes objects beside the traffic on behalf of a step. What they were is looked at once per step and stands in the journal: a further
 * attempt changes them from there, and the way back puts that in place.
 */
export async function changeBeside({ run, course, release }: StepPlace, budget: Budget, change: ObjectsChange): Promise<string> {
  const { step } = budget
  const terms = termsFor(release, step)
  const before = course.looks.get(step.path) ?? (await look(run, { release: terms, snapshot: snapshotOf(release), change }, step))
  course.looks.set(step.path, before)
  const number = ++release.goals
  const record = course.letGo ? {} : { record: { step: step.path, snapshot: snapshotOf(release) } }
  const input = { release: terms, change, before: [...before], number, ...record }
  return (await run.task(names.change, changeObjects, input, { timeout: await timeLeft(run, budget, names.change) })).says
}

interface Look {
  readonly release: Release
  readonly snapshot: Snapshot
  readonly change: ObjectsChange
}

async function look(run: Run, input: Look, { irreversible }: ResolvedStep): Promise<readonly ObjectBefore[]> {
  const { before } = await run.task(names.lookAt, lookAtObjects, { ...input, givesBack: !irreversible })
  return before
}

/** Some step of a release has changed objects beside the traffic, as far as this lane knows. */
export function hasChangedBeside({ looks, definition }: Course, { resolved }: ReleaseCourse): boolean {
  return stepsOf(definition.workflow, resolved.id).some(({ path }) => looks.has(path))
}

/** What a step has changed beside the traffic, as it was before; undefined where it has changed nothing. */
export function changedBy(step: ResolvedStep, past: readonly PastCall[]): readonly ObjectBefore[] | undefined {
  const own = past.filter(({ name }) => name.startsWith(`${step.path}/`))
  if (!own.some(({ type }) => type === changeObjects.type)) return undefined
  const looked = own.find(({ type, is }) => type === lookAtObjects.type && is === 'done')
  return lookAtObjects.output.parse(looked?.output).before
}
