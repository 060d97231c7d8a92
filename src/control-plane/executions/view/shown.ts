import type { ResolvedStep } from '#model/workflow/index.ts'
import { allSteps } from '#model/application/index.ts'
import * as names from '../names.ts'
import { callsUnder, type Sight } from './sight.ts'

/** What is shown as a line: a step of the workflow, or something that Sluice does around the steps. */
export interface Shown {
  readonly path: string
  readonly name: string
  readonly type: string
  /** Absent for what is no step of the workflow. */
  readonly step?: ResolvedStep
}

export const shownStep = (step: ResolvedStep): Shown => ({ path: step.path, name: step.name, type: step.type, step })

/** Steps that change objects beside the traffic. */
const besideTraffic = new Set(['scale', 'apply', 'delete'])

/** Look first, clean up, the way back: per release, whose id is told where there are several. */
function allAround({ definition }: Sight): Shown[] {
  const { releases } = definition.workflow
  const per = (path: (release: string) => string, name: string, type: string): Shown[] =>
    releases.map(({ id }) => ({ path: path(id), name: releases.length > 1 ? `${name} ${id}` : name, type }))
  const steps = definition.workflow.phases.flatMap(phase => phase.sections.flatMap(section => section.steps))
  const beside = steps.filter(({ type }) => besideTraffic.has(type)).toReversed()
  return [
    { path: names.turn, name: 'Supersede', type: 'turn' },
    ...per(names.look, 'Look first', 'look'),
    ...per(names.rest, 'Clean up', 'atRest'),
    { path: names.first, name: 'Before the way back', type: 'question' },
    ...beside.map(step => ({ path: names.routesFirst(step.path), name: `Give back routes: ${step.name}`, type: 'giveBack' })),
    ...per(names.goBack, 'Way back', 'return'),
    ...beside.map(step => ({ path: names.giveBack(step.path), name: `Give back: ${step.name}`, type: 'giveBack' })),
  ]
}

/** What is around the steps of this execution. The way back is there only where there is one; then only what has begun. */
export function aroundSteps(sight: Sight): Shown[] {
  const forward = sight.engine.cause === undefined
  const expected = (type: string): boolean => forward && (type === 'look' || type === 'atRest')
  return allAround(sight).filter(({ path, type }) => expected(type) || callsUnder(sight, path).length > 0)
}

/** What a full name in the journal belongs to; a watch belongs to nothing that is shown. */
export function shownFor(sight: Sight, name: string): Shown | undefined {
  const path = name.slice(name.indexOf('/') + 1)
  const steps = sight.definition.workflow.phases.flatMap(allSteps).map(shownStep)
  return [...steps, ...allAround(sight)].find(shown => path.startsWith(`${shown.path}/`))
}
