// What the gateways of a route can beside what every implementation must.
// 1. A feature is there where the GatewayClass of every parent names it; what could not be read is not there.
// 2. What the specification leaves to implementations has no feature: it is there where the controller of every parent is known for it.
import { isGatewayApi, namespaceOf, type GatewayRoute, type ParentRef } from './objects.ts'
import { istioGatewayController } from './istio-gateways.ts'

/** One parent of a route, with what its class says of itself. */
export interface ParentSupport {
  /** `Gateway shop/public` */
  readonly parent: string
  /** `GatewayClass istio`, and who serves it; undefined where they could not be read. */
  readonly by?: { readonly class: string; readonly controller: string; readonly features: readonly string[] }
  /** Why they could not be read. */
  readonly unread?: string
}

/** Features of the standard channel that a run may need, by the names that classes give them. */
export type Feature = 'HTTPRouteRequestMirror' | 'HTTPRouteRequestPercentageMirror' | 'HTTPRouteRequestMultipleMirrors'

/** What the specification leaves to implementations. */
export type Ability =
  /** A header is compared with an expression that fits the whole of it. */
  | 'headerExpressions'
  /** A filter of a backend changes the headers of its answers alone. */
  | 'backendAnswerHeaders'
  /** Calls of a GRPCRoute are copied, a part of them too; the specification has no feature for it. */
  | 'callMirrors'

const abilityTexts: Readonly<Record<Ability, string>> = {
  headerExpressions: 'to compare a header with an expression',
  backendAnswerHeaders: 'to change the headers of the answers of one backend',
  callMirrors: 'to copy calls of a GRPCRoute',
}

/**
 * Controllers that are known for it. Istio: `RegularExpression` is RE2 for the whole header, filters of a backend are headers of its weighted
 * cluster, and a `RequestMirror` of a GRPCRoute becomes a mirror of its VirtualService as one of an HTTPRoute does.
 */
const abilities: Readonly<Record<string, readonly Ability[]>> = {
  [istioGatewayController]: ['headerExpressions', 'backendAnswerHeaders', 'callMirrors'],
}

/** Why it is not to be counted on, and where that was read; undefined where every parent can. `support` is undefined where nobody has looked. */
export function lacks(support: readonly ParentSupport[] | undefined, wanted: Feature | Ability): string | undefined {
  if (!support) return 'what its GatewayClass supports was not read'
  const found = support.map(parent => lackOf(parent, wanted)).find(lack => lack !== undefined)
  return found
}

function lackOf({ parent, by, unread }: ParentSupport, wanted: Feature | Ability): string | undefined {
  if (!by) return `what ${parent} can is not known: ${unread ?? 'it was not read'}`
  if (!isAbility(wanted))
    return by.features.includes(wanted) ? undefined : `${by.class} of ${parent} does not name ${wanted} in its status.supportedFeatures`
  if (abilities[by.controller]?.includes(wanted)) return undefined
  return `the Gateway API leaves it to implementations ${abilityTexts[wanted]}, and ${by.controller} (${by.class} of ${parent}) is not known for it`
}

function isAbility(wanted: Feature | Ability): wanted is Ability {
  return wanted in abilityTexts
}

/** The Gateways that routes name as parents, each once; of other parents their text. */
export function parentsOf(
  routes: readonly GatewayRoute[],
): readonly { readonly text: string; readonly gateway?: { readonly name: string; readonly namespace: string } }[] {
  const all = routes.flatMap(route => (route.spec.parentRefs ?? []).map(ref => parentOf(ref, namespaceOf(route))))
  return [...new Map(all.map(parent => [parent.text, parent])).values()]
}

function parentOf({ group = 'gateway.networking.k8s.io', kind = 'Gateway', name, namespace }: ParentRef, home: string) {
  const key = { name, namespace: namespace ?? home }
  const text = `${kind} ${key.namespace}/${name}`
  return isGatewayApi({ apiVersion: `${group}/v1`, kind }, 'Gateway') ? { text, gateway: key } : { text }
}

/** Whether an object is an HTTPRoute or a GRPCRoute. */
export function isGatewayRoute(object: { readonly apiVersion: string; readonly kind: string }): object is GatewayRoute {
  return isGatewayApi(object, 'HTTPRoute') || isGatewayApi(object, 'GRPCRoute')
}
