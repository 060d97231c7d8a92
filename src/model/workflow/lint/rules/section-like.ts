import { nearMisses } from '#model/expressions/index.ts'
import { usualSections } from '../../written/phase.ts'
import { lint } from '../failures.ts'
import type { Rule } from '../rule.ts'

/** A section of one's own whose name is nearly a usual one. */
export const sectionLike: Rule = ({ source, steps }) => {
  const sections = new Map(steps.map(step => [`${step.phase.id}/${step.section}`, step]))
  return [...sections.values()].flatMap(({ section, phase }) => {
    const [near] = nearMisses(section, usualSections)
    if (near === undefined || near === section) return []
    return [{ failure: lint.SECTION_LIKE({ section, near }), source, at: [...phase.at, section], on: 'key', severity: 'warning' }]
  })
}
