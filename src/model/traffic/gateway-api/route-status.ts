import type { GatewayRoutingConfig } from './resolve.ts'
import { attach, isParent, type Attachment } from './attachment.ts'
import { resolveBackend, type BackendProblem } from './backends.ts'
import { unknownFilter } from './filters.ts'
import { namespaceOf, type GatewayRoute, type ParentRef } from './objects.ts'

/** A condition as a controller writes it, but for its time and generation. */
export interface Judgement {
  readonly type: string
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}

/** What the controller of the Gateways says of a route, parent by parent; parents that are none of the Gateways are left out. */
export function judgeRoute(
  route: GatewayRoute,
  config: GatewayRoutingConfig,
): readonly { readonly parentRef: ParentRef; readonly conditions: readonly Judgement[] }[] {
  const resolved = resolvedRefs(route, config)
  return (route.spec.parentRefs ?? []).flatMap(parentRef => {
    const gateway = config.gateways.find(one => isParent(parentRef, namespaceOf(route), one))
    if (!gateway) return []
    const attachment = attach(route, parentRef, gateway, config.namespaceLabels)
    return [{ parentRef, conditions: [accepted(route, attachment), resolved] }]
  })
}

function accepted(route: GatewayRoute, attachment: Attachment): Judgement {
  const type = 'Accepted'
  if (attachment.is === 'refused') return { type, status: 'False', reason: attachment.reason, message: attachment.message }
  const filter = (route.spec.rules ?? []).map(({ filters }) => unknownFilter(filters)).find(name => name !== undefined)
  if (filter !== undefined) return { type, status: 'False', reason: 'UnsupportedValue', message: `unsupported filter type "${filter}"` }
  const bound = attachment.listeners.length > 1 ? `, bound to ${attachment.listeners.length} parents` : ''
  return { type, status: 'True', reason: 'Accepted', message: `Route was valid${bound}` }
}

function resolvedRefs(route: GatewayRoute, config: GatewayRoutingConfig): Judgement {
  const problem = backendProblem(route, config)
  return problem
    ? { type: 'ResolvedRefs', status: 'False', ...problem }
    : { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: 'All references resolved' }
}

/** The first thing that a route names and that does not resolve: backends with or without weight, and mirrors. */
function backendProblem(
  route: GatewayRoute,
  config: GatewayRoutingConfig,
): { readonly reason: BackendProblem; readonly message: string } | undefined {
  const refs = (route.spec.rules ?? []).flatMap(({ backendRefs = [], filters = [] }) => [
    ...backendRefs,
    ...filters.flatMap(({ requestMirror }) => requestMirror?.backendRef ?? []),
  ])
  for (const ref of refs) {
    const backend = resolveBackend(ref, route, config)
    if (backend.is === 'invalid') return { reason: backend.reason, message: backend.message }
  }
  return undefined
}
