import type { Cause, PastCall } from '#control-plane/engine/index.ts'
import type { ResolvedPhase, ResolvedStep, ResolvedWorkflow } from '#model/workflow/index.ts'
import { changeObjects, inspectRelease, reachGoal } from '#protocol/index.ts'
import { allSteps, goalsOf, stepsOf } from '#model/application/index.ts'
import { lastShare } from '#model/release/index.ts'
import * as names from './names.ts'
import type { StepEnd, StepReaction } from './run-step.ts'

/** What the way back has to do, decided once from what the way forward did and why it ended. */
export interface Retreat {
  /** Releases that go back to their old version. Phases that share a release return together. */
  readonly returning: readonly string[]
  /** Releases that were begun and stay as they are: only cleaned up. */
  readonly staying: readonly string[]
  /** Rollback steps, of the phase that began last first. */
  readonly rollback: readonly { readonly phase: ResolvedPhase; readonly steps: readonly ResolvedStep[] }[]
  /** All users at once, whatever stable can carry. */
  readonly now: boolean
  /** A person wants somebody else's edit of the stable workload kept. */
  readonly keepEdit: boolean
  /** Behind an irreversible step, and nobody decided it: a person is asked before anything goes back. */
  readonly asksFirst: boolean
}

export function planRetreat(workflow: ResolvedWorkflow, past: readonly PastCall[], cause: Cause): Retreat {
  const reaction = lastReaction(past)
  const begun = workflow.releases.map(release => release.id).filter(id => numbersGiven(workflow, past, id) > 0)
  const only = reaction?.do === 'rollbackPhase' ? releaseOf(workflow, reaction.step) : undefined
  const returning = begun.filter(id => only === undefined || id === only)
  const phases = workflow.phases.filter(phase => hasBegun(phase, past) && (only === undefined || phase.release === only))
  return {
    returning,
    staying: begun.filter(id => !returning.includes(id)),
    rollback: reaction?.do === 'abort' ? [] : phases.reverse().map(phase => ({ phase, steps: phase.rollback })),
    now: cause.is === 'aborted' && cause.now,
    keepEdit: keepsEdit(cause) || returning.some(id => keptEdit(workflow, past, id)),
    asksFirst: (isIrreversible(workflow, past) || isHome(past, cause)) && !isDecided(cause, reaction),
  }
}

/** The release that a step is of; the clean-up at the end is of one too. */
function releaseOf({ phases, releases }: ResolvedWorkflow, path: string): string | undefined {
  const phase = phases.find(each => allSteps(each).some(step => step.path === path))
  return phase?.release ?? releases.find(({ id }) => names.rest(id) === path)?.id
}

/** A person wants the way back: nobody need be asked whether. */
function isDecided(cause: Cause, reaction: StepReaction | undefined): boolean {
  if (cause.is === 'found') return (cause.found as { readonly by?: string }).by !== undefined
  return cause.is === 'aborted' || reaction?.by !== undefined
}

/** Tasks that may write. Each has a number of its own, and a higher one stops every lower one. */
const writing: readonly (string | undefined)[] = [reachGoal.type, changeObjects.type]

/** How many numbers the way forward has given to goals and changes of a release. */
export function numbersGiven(workflow: ResolvedWorkflow, past: readonly PastCall[], release: string): number {
  return callsOf(workflow, past, release).filter(call => writing.includes(call.type)).length
}

/** Percent that the last split of the way forward has given to the canary. */
export function shareGiven(workflow: ResolvedWorkflow, past: readonly PastCall[], release: string): number {
  const isDone = ({ path }: ResolvedStep): boolean =>
    past.some(({ name, output }) => name === `${path}/${names.ended}` && (output as StepEnd | undefined)?.is === 'done')
  return lastShare(stepsOf(workflow, release).filter(isDone).flatMap(goalsOf))
}

/** Whether a person who was asked by a step of a release has said that somebody's edit of its workload stays. */
export function keptEdit(workflow: ResolvedWorkflow, past: readonly PastCall[], release: string): boolean {
  return callsOf(workflow, past, release).some(
    ({ did, output }) => did === 'wait' && (output as { readonly answer?: string } | undefined)?.answer === 'keepEdit',
  )
}

function callsOf(workflow: ResolvedWorkflow, past: readonly PastCall[], release: string): readonly PastCall[] {
  const prefixes = [...stepsOf(workflow, release).map(step => `${step.path}/`), `${names.rest(release)}/`]
  return past.filter(call => prefixes.some(prefix => call.name.startsWith(prefix)))
}

/** What the last look before the first write gave. */
export function lookOf(past: readonly PastCall[], release: string): unknown {
  return past.findLast(call => call.name.startsWith(`${names.look(release)}/`) && call.type === inspectRelease.type)?.output
}

function lastReaction(past: readonly PastCall[]): StepReaction | undefined {
  return past.findLast(call => call.name.endsWith(`/${names.reaction}`))?.output as StepReaction | undefined
}

function hasBegun(phase: ResolvedPhase, past: readonly PastCall[]): boolean {
  return phase.sections.some(section => section.steps.some(step => stepHasBegun(step, past)))
}

/** A step whose condition is false has records only. */
function stepHasBegun(step: ResolvedStep, past: readonly PastCall[]): boolean {
  return past.some(call => call.name.startsWith(`${step.path}/`) && (call.did === 'task' || call.did === 'wait'))
}

function isIrreversible(workflow: ResolvedWorkflow, past: readonly PastCall[]): boolean {
  const steps = workflow.phases.flatMap(phase => phase.sections.flatMap(section => section.steps))
  return steps.some(step => step.irreversible && stepHasBegun(step, past))
}

/**
 * Once cleaning up has begun the new version is at home everywhere, and that is behind an irreversible step, too. Not while the second workload
 * still has users, as it has until a blue/green run comes home in its clean-up: where its pods fail them, they go back at once.
 */
function isHome(past: readonly PastCall[], cause: Cause): boolean {
  if (!past.some(call => call.name.startsWith('around/rest/'))) return false
  return cause.is !== 'found' || (cause.found as { readonly side?: string }).side !== 'canary'
}

function keepsEdit(cause: Cause): boolean {
  if (cause.is === 'found') return (cause.found as { readonly answer?: string }).answer === 'keepEdit'
  return cause.is === 'failed' && cause.failure.facts['keepEdit'] === true
}
