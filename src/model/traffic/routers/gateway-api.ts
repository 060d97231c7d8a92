import type { Json, KubernetesObject } from '#base/index.ts'
import {
  gatewayApiGroup,
  isGatewayApi,
  type GatewayRoute,
  type GatewayRule,
  type RouteFilter,
  type WeightedBackendRef,
} from '../gateway-api/objects.ts'
import { canonicalHost } from '../istio/hosts.ts'
import { isSafeMethod } from './apart.ts'
import { chooseEntries, entryLabel } from './choice.ts'
import { narrowedRule, overtaken } from './gateway-api-apart.ts'
import { mirroredPercent, withCookie, withMirror } from './gateway-api-filters.ts'
import { apartProblem } from './gateway-api-problems.ts'
import { done, every, refused, type Acceptance, type EntryChoice, type Outcome, type Router } from './router.ts'
import { tellingApart } from './told-apart.ts'
import { sameIn, weightedRouter, type Dialect, type Entry } from './weighted.ts'

/** What a row of a rule sends to. Only Services can be sides of a release. */
type BackendRef = WeightedBackendRef

interface RouteRule {
  readonly name?: string
  readonly matches?: Json
  readonly filters?: readonly RouteFilter[] | null
  readonly backendRefs?: readonly BackendRef[] | null
}

/** Splits in the rules of an HTTPRoute, by Services. Mirrors, cookies and expressions are written for gateways that are known to heed them. */
export const httpRoute: Router = gatewayRouter('HTTPRoute')

/** Splits in the rules of a GRPCRoute, by Services. No call is known to be safe to make twice: mirrors are for those who allow it. */
export const grpcRoute: Router = gatewayRouter('GRPCRoute')

function gatewayRouter(kind: GatewayRoute['kind']): Router {
  const dialect = dialectOf(kind)
  return tellingApart<RouteRule, BackendRef>(weightedRouter(dialect), {
    entries: rules,
    withEntries: withRules,
    name: rule => rule.name,
    items: rule => rule.backendRefs ?? [],
    withItems: (rule, backendRefs) => ({ ...rule, backendRefs }),
    destination: dialect.destination,
    narrowed: (rule, name, match) => narrowedRule(kind, rule as GatewayRule & RouteRule, name, match),
    overtaken: (made, managed, others) =>
      overtaken(kind, made as GatewayRule, managed as GatewayRule, others as readonly GatewayRule[]) as RouteRule,
    problem: (change, managed, ours, same) =>
      apartProblem(kind, change, managed, ours, backend => same(dialect.destination(backend), ours.canary)),
    mirrored: (rule, isTo) => mirroredPercent(rule, backend => isTo(dialect.destination(backend))),
    withMirror: (rule, to, percent, isTo) => done(withMirror(rule, to, percent, backend => isTo(dialect.destination(backend)))),
    isSafe: rule => isSafeRule(rule as GatewayRule),
    withCookie,
    same: (object, ours) => sameIn(object, ours, dialect),
  })
}

function isSafeRule({ matches = [] }: GatewayRule): boolean {
  return matches.length > 0 && matches.every(({ method }) => typeof method === 'string' && isSafeMethod({ exact: method }))
}

function withRules(object: KubernetesObject, all: readonly RouteRule[]): KubernetesObject {
  return { ...object, spec: { ...(object.spec as object), rules: all as readonly object[] as never } }
}

function dialectOf(kind: string): Dialect<BackendRef> {
  return {
    name: `gateway-api/${kind}`,
    group: gatewayApiGroup,
    kind,
    can: { shares: true, subsets: false, entries: true, foreign: true, literals: true, withoutStable: true, headers: true, mirror: true },

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
    accepted: acceptance,
    items: (object, index) => rules(object)[index]?.backendRefs ?? [],
    withItems(object, changed) {
      const all = rules(object).map((rule, index) => ({
        ...rule,
        ...(changed.has(index) ? { backendRefs: changed.get(index) ?? [] } : {}),
      }))
      return withRules(object, all)
    },
  }
}

interface ParentStatus {
  readonly controllerName?: string
  readonly conditions?: readonly {
    readonly type: string
    readonly status: string
    readonly observedGeneration?: number
    readonly message?: string
  }[]
}

/** Accepted and ResolvedRefs of every parent, for the generation that the object has. */
function acceptance({ metadata, spec, status }: KubernetesObject): Acceptance {
  const wanted = ((spec ?? {}) as { readonly parentRefs?: readonly unknown[] }).parentRefs?.length ?? 0
  const parents = ((status ?? {}) as { readonly parents?: readonly ParentStatus[] }).parents ?? []
  const judged = parents.map(parent => judgement(parent, metadata.generation ?? 0))
  const refused = judged.find(each => each.is === 'refused')
  if (refused) return refused
  const accepted = judged.filter(each => each.is === 'accepted').length
  return accepted >= Math.max(1, wanted) ? { is: 'accepted' } : { is: 'pending', says: `accepted by ${accepted} of ${wanted} gateways` }
}

function judgement({ controllerName, conditions = [] }: ParentStatus, generation: number): Acceptance {
  const current = conditions.filter(({ type, observedGeneration = 0 }) => gates.includes(type) && observedGeneration >= generation)
  const no = current.find(({ status }) => status === 'False')
  if (no) return { is: 'refused', by: controllerName ?? 'the gateway', words: `${no.type}: ${no.message ?? no.status}` }
  const yes = current.filter(({ status }) => status === 'True')
  return yes.length === gates.length ? { is: 'accepted' } : { is: 'pending', says: '' }
}

/** Conditions that a route needs before it counts. */
const gates: readonly string[] = ['Accepted', 'ResolvedRefs']

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
  if (!isGatewayApi(object, kind)) return refused({ is: 'other-kind', want: kind })
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
