import type { KubernetesObject } from '#base/index.ts'
import type { Sources } from './identity.ts'
import type { Resource, Subresource } from './resource.ts'
import type { Subject } from './status.ts'
import type { Store } from './store.ts'

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE'

/** A validating webhook: it looks at what is about to be stored and may refuse, or warn. */
export interface Admission {
  /** As refusals name it: `validation.istio.io`. */
  readonly name: string
  review(
    operation: Operation,
    object: KubernetesObject,
    old: KubernetesObject | undefined,
    dryRun: boolean,
  ): { readonly denied?: string; readonly warnings?: readonly string[] }
}

/** What every request needs: where things are kept, time and chance, who may object. */
export interface Core extends Sources {
  readonly store: Store
  readonly admission: readonly Admission[]
}

/** How a write is meant. */
export interface Write {
  /** Named in managedFields. */
  readonly manager: string
  /** The version that the client speaks. */
  readonly version: string
  readonly subresource: Subresource | undefined
  readonly dryRun: boolean
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict'
  /** Collects what the answer's Warning headers will say. */
  readonly warnings: string[]
}

/** Refusals name the resource … */
export const resourceSubject = ({ group, plural }: Resource, name: string): Subject => ({ group, resource: plural, name })

/** … or, where a field is wrong, the kind. */
export const kindSubject = ({ group, kind }: Resource, name: string): Subject => ({ group, resource: kind, name })
