import type { ResolvedStep } from '#model/workflow/index.ts'
import type { Sight } from './sight.ts'

/** The first irreversible step that has begun; undefined while a failure still leads back by itself. */
export function irreversibleStep({ definition, engine }: Sight): ResolvedStep | undefined {
  const forward = definition.workflow.phases.flatMap(phase => phase.sections.flatMap(section => section.steps))
  const hasBegun = ({ path }: ResolvedStep): boolean =>
    engine.calls.some(({ name, did }) => name.startsWith(`forward/${path}/`) && (did === 'task' || did === 'wait'))
  return forward.find(step => step.irreversible && hasBegun(step))
}

/** What follows where nothing goes back by itself any more. */
export const askedInstead = 'a person is asked'
