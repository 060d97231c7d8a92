import type { Place } from '#base/index.ts'
import type { TreePath } from '#model/expressions/index.ts'
import { find, type Application } from '../documents/application.ts'
import { outlineOf } from './outline.ts'

/** Where something in the input of a step stands, the step by its path in the journal; undefined where there is no such step. */
export function stepPlace(application: Application, workflow: string, step: string, inside: TreePath): Place | undefined {
  const source = find(application, 'Workflow', workflow)
  if (!source) return undefined
  const { steps, rollback } = outlineOf(source.spec)
  const found = [...steps, ...rollback].find(each => each.id === step)
  return found && source.place([...found.at, found.type, ...inside])
}
