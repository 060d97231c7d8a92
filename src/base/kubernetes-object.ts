/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** Metadata as the API server speaks it; only what we read is named. */
export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly OwnerReference[]
  readonly managedFields?: readonly Json[]
  readonly finalizers?: readonly string[]
  readonly [key: string]: unknown
}

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/** Any Kubernetes object. Treat it as read-only: edits are made in copies. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly spec?: unknown
  readonly status?: unknown
  readonly [key: string]: unknown
}

/** Names one object in messages: `Deployment shop/cart`. */
export function objectName(object: {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}): string {
  const { name, namespace } = object.metadata
  return `${object.kind} ${namespace ? `${namespace}/` : ''}${name}`
}
