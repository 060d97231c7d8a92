import { isForbidden } from '#delegate/preflight/index.ts'
import type { PreflightFinding } from '#model/preflight/index.ts'
import type { InspectionFinding, Release, Snapshot } from '#model/release/index.ts'
import type { Finding } from '#protocol/index.ts'
import type { StepAims } from './touched.ts'

/** What is told before the first write. */
export interface Inspection {
  readonly snapshot: Snapshot
  readonly findings: Finding[]
  readonly settle: { readonly how: 'acknowledged' | 'seconds'; readonly why: string }
}

/** The same with everything that was looked at, what is fine included. */
export interface FullInspection extends Omit<Inspection, 'findings'> {
  readonly findings: readonly PreflightFinding[]
}

export interface InspectInput {
  readonly release: Release
  /** What the run will aim for: which rights and how much room it needs follows from it. */
  readonly steps?: readonly StepAims[]
}

/** A missing right has been told with the steps that need it. */
export function withoutRights(refused: readonly InspectionFinding[], around: readonly PreflightFinding[]): readonly InspectionFinding[] {
  const told = around.some(({ concern, level }) => concern === 'rights' && level === 'refuse')
  return told ? refused.filter(({ failure }) => failure.code !== 'SL-KUBERNETES-FORBIDDEN') : refused
}

export function asObjection({ level, failure }: InspectionFinding): PreflightFinding {
  return { concern: 'release', level, code: failure.code, message: failure.message, todo: failure.todo }
}

/** What a run is told: all but what is fine. */
export function asFinding(finding: PreflightFinding): readonly Finding[] {
  if (finding.level === 'ok') return []
  const { level, code, message, todo } = finding
  return [{ level, code, message, todo }]
}

/** What may be read, for a look that goes on without it: preflight tells of the right. */
export async function whereAllowed<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (isForbidden(error)) return undefined
    throw error
  }
}
