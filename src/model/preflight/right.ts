import type { KubernetesObject } from '#base/index.ts'

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete'

/** A verb on a kind, or on one object of it, in words of the API. */
export interface Right {
  readonly verb: Verb
  readonly apiVersion: string
  readonly kind: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
}

/** A right, and the steps that need it. */
export interface Need extends Right {
  readonly steps: readonly string[]
}

/** A right that the API server says we do not have. `resource` is in words of RBAC: `virtualservices.networking.istio.io`. */
export interface MissingRight {
  readonly need: Need
  readonly resource: string
}

/** What the API server says of our rights. */
export type RightsSeen =
  | { readonly is: 'everything' }
  | { readonly is: 'asked'; readonly asked: number; readonly missing: readonly MissingRight[] }
  | { readonly is: 'unknown'; readonly why: string }

/** A create is not of a name; what has no namespace is of the whole cluster. */
export function on(verb: Verb, { apiVersion, kind, metadata: { name, namespace } }: KubernetesObject): Right {
  const named = verb === 'create' || name === '' ? {} : { name }
  return { verb, apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), ...named }
}
