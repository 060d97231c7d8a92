import type { KubernetesObject } from '#base/index.ts'
import { withValueAt } from './leaves.ts'

/** What keeps a number of pods from falling below a floor. */
interface FloorField {
  readonly field: string
  /** The floor where the field is left out. */
  readonly unset: number
}

/** KEDA writes the autoscaler that it makes anew from its ScaledObject, so the floor of such a one is the ScaledObject's. */
const fields: Readonly<Record<string, FloorField>> = {
  HorizontalPodAutoscaler: { field: 'minReplicas', unset: 1 },
  ScaledObject: { field: 'minReplicaCount', unset: 0 },
}
const ofAutoscaler: FloorField = { field: 'minReplicas', unset: 1 }

export function floorField({ kind }: { readonly kind: string }): string {
  return (fields[kind] ?? ofAutoscaler).field
}

/** What the object itself says; undefined where it says nothing. */
export function statedFloor(object: KubernetesObject): number | undefined {
  return (object.spec as Readonly<Record<string, number | undefined>> | undefined)?.[floorField(object)]
}

export function floorOf(object: KubernetesObject): number {
  return statedFloor(object) ?? (fields[object.kind] ?? ofAutoscaler).unset
}

/** Undefined takes the field away. */
export function withFloor(object: KubernetesObject, floor: number | undefined): KubernetesObject {
  return withValueAt(object, ['spec', floorField(object)], floor)
}

/** Whether an autoscaler is one that KEDA keeps for a ScaledObject. */
export function isMadeBy(autoscaler: KubernetesObject, { kind, metadata }: KubernetesObject): boolean {
  return (autoscaler.metadata.ownerReferences ?? []).some(owner => owner.kind === kind && owner.name === metadata.name)
}
