import type { KubernetesObject } from '#base/index.ts'
import { objectsOf, type Cluster, type Surroundings } from '#delegate/kubernetes/index.ts'
import type { SettleSettings } from '#model/release/index.ts'
import { chooseSettle } from './choose.ts'
import { Mesh } from './mesh.ts'
import type { Settle } from './settle.ts'

/** Settling for all releases of a process: what is known of a cluster's mesh is shared, and outlives a release. */
export interface Settling {
  /** See chooseSettle; `routes` as the API server has them. */
  settle(cluster: Cluster, settings: SettleSettings, routes: readonly KubernetesObject[], signal?: AbortSignal): Promise<Settle>
  close(): void
}

export function openSettling(surroundings: Surroundings): Settling {
  const meshes = new Map<Cluster, Mesh>()
  return {
    settle(cluster, settings, routes, signal) {
      const mesh = meshes.get(cluster) ?? new Mesh(objectsOf(cluster, surroundings), surroundings)
      meshes.set(cluster, mesh)
      return chooseSettle(mesh, settings, routes, signal)
    },
    close() {
      for (const mesh of meshes.values()) mesh.close()
      meshes.clear()
    },
  }
}
