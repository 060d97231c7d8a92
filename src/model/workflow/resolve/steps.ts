import { formatDuration, type Failure } from '#base/index.ts'
import { workflow as failures } from '../failures.ts'
import type { FailureStrategy } from '../failure-strategy.ts'
import type { Outline } from '../names/outline.ts'
import type { ResolvedPhase, ResolvedRelease, ResolvedSection, ResolvedStep } from '../resolved.ts'
import { stepType } from '../steps/index.ts'
import { rollBack } from '../written/failure-strategy.ts'
import type { Workflow } from '../written/kinds.ts'
import type { WrittenStep } from '../written/step.ts'

/** Beside what a step lasts by intent. Ten minutes are the default of Kubernetes' progress deadline and of the seed system's steps. */
const timeoutByDefault = 600_000

/** A step that does not fit together, with where it stands in the journal. */
export interface StepFailure {
  readonly step: string
  readonly failure: Failure
}

/** One phase with every default filled in. */
export function resolvePhase(
  { spec }: Workflow,
  index: number,
  outline: Outline,
  release: ResolvedRelease,
): { readonly phase: ResolvedPhase; readonly failures: readonly StepFailure[] } | undefined {
  const [written, { id } = { id: '' }] = [spec.phases[index], outline.phases[index]]
  if (!written) return undefined
  const failed: StepFailure[] = []
  const step = (each: WrittenStep, path: string, inherited: readonly (FailureStrategy | undefined)[]): ResolvedStep => {
    const made = resolveStep(each, path, release, inherited)
    const lasts = stepType(each.type)?.lasts?.(each.input) ?? 0
    if (made.timeout <= lasts) failed.push({ step: path, failure: tooShort(made, lasts) })
    return made
  }
  const phaseLevel = [written.onFailure, spec.onFailure]
  const sections = written.sections.map((section): ResolvedSection => ({
    name: section.name,
    when: section.when,
    steps: section.steps.map((each, i) => step(each, `${id}/${section.name}/${i + 1}`, [section.onFailure, ...phaseLevel])),
  }))
  const rollback = written.rollback.map((each, i) => step(each, `${id}/rollback/${i + 1}`, phaseLevel))
  return { phase: { id, name: written.name, release: release.id, when: written.when, sections, rollback }, failures: failed }
}

function resolveStep(
  written: WrittenStep,
  path: string,
  release: ResolvedRelease,
  inherited: readonly (FailureStrategy | undefined)[],
): ResolvedStep {
  const type = stepType(written.type)
  return {
    path,
    name: written.name ?? nameByDefault(written),
    type: written.type,
    input: written.input as ResolvedStep['input'],
    timeout: written.timeout ?? (type?.lasts?.(written.input) ?? 0) + timeoutByDefault,
    when: written.when,
    onFailure: [written.onFailure, ...inherited].find(each => each !== undefined) ?? rollBack,
    delegates: [...new Set([...release.delegates, ...written.delegates])],
    settle: written.settle ?? release.settle,
    ...(written.drain !== undefined && { drain: written.drain }),
    irreversible: written.irreversible,
  }
}

function nameByDefault({ type, input }: WrittenStep): string {
  const known = stepType(type)
  return known?.nameOf?.(input) ?? known?.title ?? type
}

function tooShort({ name, timeout }: ResolvedStep, lasts: number): Failure {
  return failures.TIMEOUT_TOO_SHORT({ where: `Step ${name}`, timeout: formatDuration(timeout), lasts: formatDuration(lasts) })
}
