import type { JsonPatch, KubernetesObject } from '#base/index.ts'
import type { Cluster } from './cluster.ts'

/** Names one object. Istio's kinds are addressed in the best version the cluster serves, whatever `apiVersion` says. */
export interface ObjectRef {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

/** Names a collection: all of a kind, or those of one namespace, narrowed by selectors as kubectl writes them. */
export interface Collection {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly labels?: string
  readonly fields?: string
}

export interface WriteOptions {
  readonly fieldManager: string
  /** The server does everything but store. */
  readonly dryRun?: boolean
}

export interface ApplyOptions extends WriteOptions {
  /** Take the fields of other owners. */
  readonly force?: boolean
}

export interface RemoveOptions {
  readonly uid?: string
  readonly resourceVersion?: string
  /** Background where it is left out. */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan'
  readonly dryRun?: boolean
}

/** A field that our apply would take from its owner. */
export interface Conflict {
  /** `kubectl-client-side-apply` */
  readonly manager: string
  /** `.spec.http` */
  readonly field: string
}

/** The world is not as it was when we looked (changed, gone, made again): look again and decide again. Nothing was written. */
export interface Stale {
  readonly is: 'stale'
  readonly why: string
}

/** What the server stored (or would store, in a dry run), and what it warns about. */
export interface WrittenObject {
  readonly is: 'written'
  readonly object: KubernetesObject
  readonly warnings: readonly string[]
}

export type Written = WrittenObject | Stale
export type Applied = Written | { readonly is: 'conflicts'; readonly conflicts: readonly Conflict[] }
export type Removed = { readonly is: 'removed' | 'absent' } | Stale

/** A verb on a kind, or on one object of it, as the API's authorization has it. Without a namespace: in all of them. */
export interface AccessRight {
  readonly verb: string
  readonly apiVersion: string
  readonly kind: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
}

/** What the API server says of a right. `resource` is in words of RBAC: `virtualservices.networking.istio.io`. */
export interface Allowed {
  readonly allowed: boolean
  readonly resource: string
}

/**
 * Objects of a cluster.
 * 1. A failure is thrown, never returned: an error of the API is not "absent".
 * 2. A thrown failure that is blamed on the world may come after the write was applied (the answer was lost): look before you repeat it.
 * 3. Objects of lists carry apiVersion and kind, as single ones do.
 */
export interface Objects {
  readonly cluster: Cluster
  /** Undefined only where the API server says that there is no such object. */
  get(ref: ObjectRef, signal?: AbortSignal): Promise<KubernetesObject | undefined>
  list(collection: Collection, signal?: AbortSignal): Promise<ObjectList>
  /** Stale when an object of that name is already there. */
  create(object: KubernetesObject, options: WriteOptions, signal?: AbortSignal): Promise<Written>
  /** Stale when the object is gone, a precondition in the patch does not hold, or what it removes or tests is not there. */
  patch(ref: ObjectRef, patch: JsonPatch, options: WriteOptions, signal?: AbortSignal): Promise<Written>
  /** Server-side apply. With a uid in its metadata it never creates: it is stale when that object is gone or another. */
  apply(object: KubernetesObject, options: ApplyOptions, signal?: AbortSignal): Promise<Applied>
  /** Sets spec.replicas of the very object that was read: stale when it was made again, or its spec changed. */
  scale(object: KubernetesObject, replicas: number, options: WriteOptions, signal?: AbortSignal): Promise<Written>
  remove(ref: ObjectRef, options: RemoveOptions, signal?: AbortSignal): Promise<Removed>
  /** Asks whether we may do something, or everything in a namespace. */
  may(right: AccessRight | { readonly everythingIn: string }, signal?: AbortSignal): Promise<Allowed>
  /** The path of a collection, as a watch needs it. */
  path(collection: Collection, signal?: AbortSignal): Promise<string>
}

export interface ObjectList {
  readonly items: readonly KubernetesObject[]
  readonly resourceVersion: string
}
