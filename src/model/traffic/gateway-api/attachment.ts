import { hostsInCommon } from '../istio/host-match.ts'
import {
  gatewayApiGroup,
  namespaceOf,
  type GatewayRoute,
  type KubernetesGateway,
  type LabelSelector,
  type Listener,
  type ParentRef,
} from './objects.ts'

/** Whether a Gateway takes a route, by one of the route's parentRefs. */
export type Attachment =
  | { readonly is: 'attached'; readonly gateway: KubernetesGateway; readonly listeners: readonly AttachedListener[] }
  | { readonly is: 'refused'; readonly gateway: KubernetesGateway; readonly reason: RefusalReason; readonly message: string }

/** Reasons of the condition `Accepted`, the better one later: with several listeners the best is told. */
const refusalReasons = ['NoMatchingParent', 'NoMatchingListenerHostname', 'NotAllowedByListeners'] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** A listener, and the hosts that it and the route have in common (`*` for every host). */
export interface AttachedListener {
  readonly listener: Listener
  readonly hostnames: readonly string[]
}

/** Labels of a namespace, by its name. */
export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>>

/** Protocols whose requests routes can be told by; others are no place for them. */
const routedProtocols = new Set(['HTTP', 'HTTPS'])

/** Whether a parentRef of a route in `namespace` names this Gateway. */
export function isParent(ref: ParentRef, namespace: string, gateway: KubernetesGateway): boolean {
  const { group = gatewayApiGroup, kind = 'Gateway' } = ref
  const sameKind = group === gatewayApiGroup && kind === 'Gateway'
  return sameKind && ref.name === gateway.metadata.name && (ref.namespace ?? namespace) === namespaceOf(gateway)
}

/** The listeners of a Gateway that take a route, or why none does. `ref` must name the Gateway (`isParent`). */
export function attach(route: GatewayRoute, ref: ParentRef, gateway: KubernetesGateway, labels: NamespaceLabels): Attachment {
  const meant = listenersOf(gateway).filter(({ name, port }) => (ref.sectionName ?? name) === name && (ref.port ?? port) === port)
  if (meant.length === 0) {
    const missing = ref.port === undefined ? `sectionName "${ref.sectionName}"` : `port ${ref.port}`
    return { is: 'refused', gateway, reason: 'NoMatchingParent', message: `${missing} not found` }
  }
  const tried = meant.map(listener => offer(route, listener, gateway, labels))
  const listeners = tried.flatMap(one => ('hostnames' in one ? [one] : []))
  if (listeners.length > 0) return { is: 'attached', gateway, listeners }
  const refusals = tried.flatMap(one => ('reason' in one ? [one] : []))
  const [best = { reason: 'NoMatchingParent', message: 'no listener takes this kind of route' } as const] = refusals.toSorted(
    (a, b) => refusalReasons.indexOf(b.reason) - refusalReasons.indexOf(a.reason),
  )
  return { is: 'refused', gateway, ...best }
}

/** Listeners of protocols that have no requests are left out. */
export function listenersOf({ spec }: KubernetesGateway): readonly Listener[] {
  return (spec.listeners ?? []).filter(({ protocol, tls }) => routedProtocols.has(protocol) && tls?.mode !== 'Passthrough')
}

type Offer = AttachedListener | { readonly reason: RefusalReason; readonly message: string }

function offer(route: GatewayRoute, listener: Listener, gateway: KubernetesGateway, labels: NamespaceLabels): Offer {
  if (!allowsKind(listener, route.kind)) return { reason: 'NotAllowedByListeners', message: `kind ${route.kind} is not allowed` }
  const own = listener.hostname ?? '*'
  const hostnames = hostsInCommon([own.toLowerCase()], (route.spec.hostnames ?? ['*']).map(lower))
  if (hostnames.length === 0)
    return { reason: 'NoMatchingListenerHostname', message: `no hostnames matched parent hostname "${listener.hostname ?? ''}"` }
  const namespace = namespaceOf(route)
  if (allowsNamespace(listener, namespace, namespaceOf(gateway), labels)) return { listener, hostnames }
  const message = `hostnames matched parent hostname "${listener.hostname ?? ''}", but namespace "${namespace}" is not allowed by the parent`
  return { reason: 'NotAllowedByListeners', message }
}

function lower(text: string): string {
  return text.toLowerCase()
}

function allowsKind({ allowedRoutes }: Listener, wanted: string): boolean {
  const kinds = allowedRoutes?.kinds ?? []
  return kinds.length === 0 || kinds.some(({ group = gatewayApiGroup, kind }) => group === gatewayApiGroup && kind === wanted)
}

function allowsNamespace({ allowedRoutes }: Listener, namespace: string, own: string, labels: NamespaceLabels): boolean {
  const { from = 'Same', selector } = allowedRoutes?.namespaces ?? {}
  if (from === 'All') return true
  return from === 'Selector' ? selects(selector, labels(namespace)) : namespace === own
}

function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}, labels: Readonly<Record<string, string>>): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key]
      if (operator === 'Exists') return value !== undefined
      if (operator === 'DoesNotExist') return value === undefined
      const among = value !== undefined && values.includes(value)
      return operator === 'NotIn' ? !among : among
    })
  )
}
