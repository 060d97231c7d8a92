import type { Json, KubernetesObject } from '#base/index.ts'
import { canonicalHost } from '../istio/hosts.ts'
import { chooseEntries, entryLabel } from './choice.ts'
import { done, every, refused, type EntryChoice, type Outcome, type Router } from './router.ts'
import { weightedRouter, type Entry } from './weighted.ts'

/** Group of the Gateway API; only what its standard channel serves is used. */
const group = 'gateway.networking.k8s.io'

/** What a row of a rule sends to. Only Services can be sides of a release. */
interface BackendRef {
  readonly group?: string
  readonly kind?: string
  readonly name: string
  readonly namespace?: string
  readonly port?: number
  /** 1 where absent. */
  readonly weight?: number
}

interface RouteRule {
  readonly name?: string
  readonly matches?: Json
  readonly filters?: readonly { readonly type?: string }[] | null
  readonly backendRefs?: readonly BackendRef[] | null
}

/** Splits in the rules of an HTTPRoute, by Services. A filter that mirrors needs a GatewayClass that can. */
export const httpRoute: Router = gatewayRouter('HTTPRoute', { headers: true, mirror: true })

/** Splits in the rules of a GRPCRoute, by Services. */
export const grpcRoute: Router = gatewayRouter('GRPCRoute', { headers: true, mirror: true })

function gatewayRouter(kind: string, can: { readonly headers: boolean; readonly mirror: boolean }): Router {
  return weightedRouter<BackendRef>({
    name: `gateway-api/${kind}`,
    group,
    kind,
    can: { subsets: false, entries: true, foreign: true, literals: true, ...can },

    entries: (object, choice) => rulesOf(object, kind, choice),
    outlines: object =>
      rules(object).map(rule => ({
        ...(rule.name ? { name: rule.name } : {}),
        ...(rule.matches === undefined ? {} : { match: rule.matches }),
      })),
    destination: ({ name, namespace, port, ...kindOf }) => ({
      host: isService(kindOf) ? (namespace === undefined ? name : `${name}.${namespace}`) : `${kindOf.kind}/${name}`,
      ...(port === undefined ? {} : { port }),
    }),
    weight: ({ weight }) => weight ?? 1,
    withWeight: (item, weight) => ({ ...item, weight }),
    withDestination(item, to, same) {
      const { name, namespace } = serviceIn(to.host)
      const { namespace: former, ...rest } = item
      const kept = same({ host: former === undefined ? item.name : `${item.name}.${former}` }, { host: to.host })
      const named = kept ? item : { ...rest, name, ...(namespace === undefined ? {} : { namespace }) }
      return { ...named, ...(to.port === undefined ? {} : { port: to.port }) }
    },
    fullHost: (host, namespace) => {
      const service = serviceIn(canonicalHost(host))
      return `${service.name}.${service.namespace ?? namespace}`
    },
    items: (object, index) => rules(object)[index]?.backendRefs ?? [],
    withItems(object, changed) {
      const all = rules(object).map((rule, index) => (changed.has(index) ? { ...rule, backendRefs: changed.get(index) } : rule))
      return { ...object, spec: { ...(object.spec as object), rules: all as readonly object[] as never } }
    },
  })
}

function isService({ group: of, kind }: { readonly group?: string; readonly kind?: string }): boolean {
  return (of ?? '') === '' && (kind ?? 'Service') === 'Service'
}

/** `cart`, `cart.shop` and `cart.shop.svc.cluster.local` name a Service, the first in the namespace of the route. */
function serviceIn(host: string): { readonly name: string; readonly namespace?: string } {
  const [name = host, namespace] = host.split('.')
  return { name, ...(namespace === undefined ? {} : { namespace }) }
}

function rules(object: KubernetesObject): readonly RouteRule[] {
  const { rules: all } = (object.spec ?? {}) as { readonly rules?: readonly RouteRule[] | null }
  return Array.isArray(all) ? (all as readonly RouteRule[]) : []
}

function rulesOf(object: KubernetesObject, kind: string, choice?: EntryChoice): Outcome<readonly Entry<BackendRef>[]> {
  if (object.kind !== kind || !object.apiVersion.startsWith(`${group}/`)) return refused({ is: 'other-kind', want: kind })
  const all = rules(object)
  if (all.length === 0) return refused({ is: 'no-entries' })
  const chosen = chooseEntries(all.map(entryLabel), index => redirects(all[index]), choice)
  return chosen.is === 'refused' ? chosen : every(chosen.value, index => routed(all, index))
}

function redirects(rule: RouteRule | undefined): boolean {
  return (rule?.filters ?? []).some(filter => filter.type === 'RequestRedirect')
}

function routed(all: readonly RouteRule[], index: number): Outcome<Entry<BackendRef>> {
  const rule = all[index]
  const label = entryLabel(rule, index)
  if (redirects(rule)) return refused({ is: 'not-routed', entry: label, by: 'redirect' })
  const items = rule?.backendRefs ?? []
  if (items.length === 0) return refused({ is: 'no-destination', entry: label })
  return items.some(item => !item.name) ? refused({ is: 'blank-host', entry: label }) : done({ label, index, items })
}
