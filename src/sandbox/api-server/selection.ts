import type { Selection } from './list.ts'
import type { Route } from './route.ts'
import { fieldSelector, labelSelector } from './selectors.ts'

/** Fields that every resource can be selected by. */
const anyFields = ['metadata.name', 'metadata.namespace']

/** What a list, watch or deletion of a collection is about. */
export function selectionOf({ query, resource, namespace }: Route): Selection {
  const byLabel = labelSelector(query.get('labelSelector'))
  const byField = fieldSelector(query.get('fieldSelector'), [...anyFields, ...resource.selectable])
  const both = byLabel && byField ? (object: Parameters<typeof byLabel>[0]) => byLabel(object) && byField(object) : (byLabel ?? byField)
  return { resource, namespace, matches: both }
}
