// Where a workflow's steps stand, read from the document as it is written: right as far as the document is, silent about the rest.
import type { Json } from '#base/index.ts'
import type { TreePath } from '#model/expressions/index.ts'
import { stepType } from '../steps/index.ts'
import { sectionNames } from '../written/phase.ts'
import { isMapping } from '../written/leaf.ts'
import { typesOf } from '../written/step.ts'

/** A step, before anything is evaluated. */
export interface OutlineStep {
  /** Its path in the journal: `canary/deploy/1`. */
  readonly id: string
  /** As written, or its type's title. */
  readonly name: string
  readonly type: string
  readonly written: Readonly<Record<string, unknown>>
  /** Where it stands in the document. */
  readonly at: TreePath
  readonly phase: OutlinePhase
  /** `rollback` for the steps of the way back. */
  readonly section: string
}

export interface OutlinePhase {
  readonly id: string
  readonly name: string
  readonly at: TreePath
  readonly infrastructure?: string
}

export interface Outline {
  readonly phases: readonly OutlinePhase[]
  /** Forward steps in the order in which they run; then the rollback steps. */
  readonly steps: readonly OutlineStep[]
  readonly rollback: readonly OutlineStep[]
}

export function outlineOf(spec: Json): Outline {
  const written = isMapping(spec) && Array.isArray(spec['phases']) ? (spec['phases'] as unknown[]) : []
  const taken = new Set<string>()
  const found = written.map((each, i) => outlinePhase(each, i, taken))
  const steps = found.flatMap(({ phase, raw }) =>
    sectionNames(raw).flatMap(section => sectionSteps(raw[section], phase, section, [...phase.at, section])),
  )
  const rollback = found.flatMap(({ phase, raw }) => sectionSteps(raw['rollback'], phase, 'rollback', [...phase.at, 'rollback']))
  return { phases: found.map(each => each.phase), steps, rollback }
}

function outlinePhase(written: unknown, index: number, taken: Set<string>) {
  const raw = isMapping(written) ? written : {}
  const name = typeof raw['name'] === 'string' ? raw['name'].trim() : ''
  const infrastructure = raw['infrastructure']
  const phase: OutlinePhase = {
    id: phaseId(name, index, taken),
    name,
    at: ['spec', 'phases', index],
    ...(typeof infrastructure === 'string' && { infrastructure }),
  }
  return { phase, raw }
}

/** Letters and digits of the name, dashes for the rest; unique within the workflow. */
function phaseId(name: string, index: number, taken: Set<string>): string {
  const letters = name
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
  const id = letters === '' || taken.has(letters) ? `${letters || 'phase'}-${index + 1}` : letters
  taken.add(id)
  return id
}

function sectionSteps(written: unknown, phase: OutlinePhase, section: string, at: TreePath): OutlineStep[] {
  if (isMapping(written)) return sectionSteps(written['steps'], phase, section, [...at, 'steps'])
  return (Array.isArray(written) ? written : []).flatMap((each: unknown, i): OutlineStep[] => {
    const [type, second] = typesOf(each)
    if (!isMapping(each) || type === undefined || second !== undefined) return []
    const name = typeof each['name'] === 'string' ? each['name'].trim() : (stepType(type)?.title ?? type)
    return [{ id: `${phase.id}/${section}/${i + 1}`, name, type, written: each, at: [...at, i], phase, section }]
  })
}
