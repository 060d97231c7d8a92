import type { KubernetesObject } from '#base/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import type { Settle } from '#delegate/settle/index.ts'
import type { Release } from '#model/release/index.ts'
import { appliedBy } from '#model/traffic/index.ts'
import type { ReleaseSurroundings } from './surroundings.ts'

/** How arrival is known for these routes: istiod tells of VirtualServices, and of those routes that it is the controller of; else time does. */
export async function settleFor(
  routes: readonly KubernetesObject[],
  cluster: Cluster,
  release: Release,
  surroundings: ReleaseSurroundings,
  signal: AbortSignal,
): Promise<Settle> {
  const other = routes.find(route => appliedBy(route).is === 'other')
  if (!other && routes.length > 0) return surroundings.settle(cluster, release, routes, signal)
  const settle = await surroundings.settle(cluster, { ...release, settle: { ...release.settle, mode: 'seconds' } }, routes, signal)
  return { ...settle, why: other ? whyNot(other) : 'there is no route whose arrival a proxy could tell' }
}

function whyNot(route: KubernetesObject): string {
  const by = appliedBy(route)
  const controller = by.is === 'other' ? by.controller : undefined
  return controller === undefined
    ? `no proxy tells which ${route.kind} it has`
    : `${controller} does not tell which ${route.kind} its proxies have`
}
