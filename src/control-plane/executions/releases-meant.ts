import type { ResolvedRelease, ResolvedWorkflow } from '#model/workflow/index.ts'
import type { StartRollback } from '#protocol/http/index.ts'
import { executions } from './failures.ts'

/** A release is one thing in one cluster, whatever application, context or service it is known by. */
export function placeOf({ cluster, namespace, name }: ResolvedRelease): string {
  const where = cluster.inCluster ? 'in-cluster' : (cluster.context ?? 'current-context')
  return `${where}/${namespace}/${name}`
}

/** The releases of a workflow that a rollback means. */
export function releasesMeant({ releases }: ResolvedWorkflow, wanted: StartRollback): readonly ResolvedRelease[] {
  const { service, infrastructure, namespace } = wanted
  return releases.filter(
    each =>
      each.service === service &&
      (infrastructure ?? each.infrastructure) === each.infrastructure &&
      (namespace ?? each.namespace) === each.namespace,
  )
}

/**
 * Fails where Service and Infrastructure are names of several things: two applications, or one that goes to a namespace per branch. What ran
 * before in one of them is nothing that ran before in another.
 */
export function refuseSeveralPlaces(workflows: readonly ResolvedWorkflow[], wanted: StartRollback): void {
  const meant = workflows.flatMap(workflow => releasesMeant(workflow, wanted))
  const places = new Map<string, Set<string>>()
  for (const release of meant) places.set(release.id, (places.get(release.id) ?? new Set()).add(placeOf(release)))
  const several = [...places.values()].find(({ size }) => size > 1)
  if (several) throw executions.WHICH_PLACE({ service: wanted.service, places: [...several].toSorted().join(', ') })
}
