import type { MissingRight } from './right.ts'

/** Rights on one resource as the rule of a Role to add; without a namespace, of a ClusterRole. */
export function roleRule(missing: readonly [MissingRight, ...MissingRight[]]): string {
  const [{ need, resource }] = missing
  const [plural = '', ...group] = resource.split('.')
  const verbs = [...new Set(missing.map(each => each.need.verb))]
  const rule = `{ apiGroups: ["${group.join('.')}"], resources: ["${plural}"], verbs: [${verbs.join(', ')}] }`
  return `Add to a ${need.namespace === undefined ? 'ClusterRole' : `Role in namespace ${need.namespace}`}: ${rule}`
}
