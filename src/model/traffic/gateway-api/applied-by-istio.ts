import type { KubernetesObject } from '#base/index.ts'

/** istiod signs so what it says of routes, for gateways and for the mesh. */
const istiod = /^istio\.io\//

interface Parents {
  readonly parents?: readonly { readonly controllerName?: string }[]
}

/** Who applies a route, and so knows how far it has come. */
export type AppliedBy =
  | { readonly is: 'istio' }
  /** A controller by its own name; undefined while nobody has taken the route for each of its parents, and for kinds that are no routes. */
  | { readonly is: 'other'; readonly controller: string | undefined }

/** A VirtualService is Istio's; of a route of the Gateway API its status tells, parent by parent. */
export function appliedBy({ kind, spec, status }: KubernetesObject): AppliedBy {
  if (kind === 'VirtualService') return { is: 'istio' }
  const { parentRefs = [] } = (spec ?? {}) as { readonly parentRefs?: readonly object[] }
  const { parents = [] } = (status ?? {}) as Parents
  const other = parents.find(({ controllerName = '' }) => !istiod.test(controllerName))
  if (other) return { is: 'other', controller: other.controllerName }
  const isRoute = kind === 'HTTPRoute' || kind === 'GRPCRoute'
  return isRoute && parents.length >= Math.max(1, parentRefs.length) ? { is: 'istio' } : { is: 'other', controller: undefined }
}
