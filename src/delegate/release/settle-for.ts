import type { KubernetesObject } from '#base/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import type { Settle } from '#delegate/settle/index.ts'
import type { Release } from '#model/release/index.ts'
import type { ReleaseSurroundings } from './surroundings.ts'

/** How arrival is known for these routes: what istiod tells is of VirtualServices only, every other kind settles by time. */
export async function settleFor(
  routes: readonly KubernetesObject[],
  cluster: Cluster,
  release: Release,
  surroundings: ReleaseSurroundings,
  signal: AbortSignal,
): Promise<Settle> {
  const other = routes.find(({ kind }) => kind !== 'VirtualService')
  if (!other) return surroundings.settle(cluster, release, routes, signal)
  const settle = await surroundings.settle(cluster, { ...release, settle: { ...release.settle, mode: 'seconds' } }, routes, signal)
  return { ...settle, why: `no proxy tells which ${other.kind} it has` }
}
