import type { KubernetesObject } from '#base/index.ts'
import type { Sandbox } from '#sandbox/index.ts'
import { versionsBehind, weightOf, type Reach, type RouteRow } from '../system/traffic-ledger.ts'
import { shop } from './application.ts'
import type { Asked } from './asked.ts'
import { ingressRowsFor } from './ingress-splits.ts'

/** Where a request goes by what is declared: destination (`cart-svc/canary`) → share, 0 to 1; those without a share are left out. */
export type Shares = ReadonlyMap<string, number>

/** A split as it was declared, and the versions that each destination was meant for then. */
export interface Split {
  readonly shares: Shares
  readonly versions: ReadonlyMap<string, ReadonlySet<string>>
}

const routeResources = ['virtualservices.networking.istio.io', 'httproutes.gateway.networking.k8s.io']
const ingresses = 'ingresses.networking.k8s.io'

/** What the meaning of a split depends on. */
export const splitResources = [...routeResources, ingresses, 'destinationrules.networking.istio.io', 'services', 'replicasets.apps']

/** What the API server declares now for a request; undefined where no route has its host. */
export function declared({ apiServer }: Pick<Sandbox, 'apiServer'>, asked: Asked): Split | undefined {
  const store = apiServer.objects
  const routes = routeResources.flatMap(resource => store.list(resource, shop)).flatMap(route => rowsFor(route, asked) ?? [])
  const rows = [...routes, ...ingressRowsFor(store.list(ingresses, shop), asked)]
  if (rows.length === 0) return undefined
  const reach: Reach = {
    rules: store.list('destinationrules.networking.istio.io', shop),
    services: store.list('services', shop),
    sets: store.list('replicasets.apps', shop),
  }
  const weights = rows.map(row => weightOf(row, rows))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const shares = new Map<string, number>()
  const versions = new Map<string, Set<string>>()
  for (const [index, row] of rows.entries()) {
    const share = (weights[index] ?? 0) / (total || 1)
    if (share === 0) continue
    const key = keyOf(row)
    shares.set(key, (shares.get(key) ?? 0) + share)
    versions.set(key, new Set([...(versions.get(key) ?? []), ...versionsBehind(row, reach)]))
  }
  return { shares, versions }
}

function keyOf({ destination, name }: RouteRow): string {
  return `${(destination?.host ?? name ?? '').split('.')[0]}/${destination?.subset ?? ''}`
}

/** The destination that a proxy's cluster `outbound|80|canary|cart-svc.shop.svc.cluster.local` is for. */
export function destinationOf(cluster: string): string {
  const [, , subset = '', host = ''] = cluster.split('|')
  return `${host.split('.')[0]}/${subset}`
}

/** A destination of the second version's, in every shape. */
export function isCanary(destination: string): boolean {
  return /canary|stage/.test(destination)
}

/** A proxy's cluster for a destination `cart-svc/canary`. */
export function clusterOf(destination: string): string {
  const [host, subset] = destination.split('/')
  return `outbound|80|${subset}|${host}.${shop}.svc.cluster.local`
}

interface Text {
  readonly exact?: string
  readonly prefix?: string
  readonly regex?: string
}

interface Entry {
  readonly match?: readonly { readonly uri?: { readonly prefix?: string }; readonly headers?: Readonly<Record<string, Text>> }[]
  readonly route?: readonly RouteRow[]
}

interface Rule {
  readonly matches?: readonly { readonly headers?: readonly { readonly name: string; readonly value: string }[] }[]
  readonly backendRefs?: readonly RouteRow[]
}

function rowsFor(route: KubernetesObject, asked: Asked): readonly RouteRow[] | undefined {
  const spec = (route.spec ?? {}) as {
    readonly hosts?: readonly string[]
    readonly hostnames?: readonly string[]
    readonly http?: readonly Entry[]
    readonly rules?: readonly Rule[]
  }
  if (!(spec.hosts ?? spec.hostnames ?? []).includes(asked.host)) return undefined
  return spec.http?.find(entry => takes(entry, asked))?.route ?? ruleFor(spec.rules ?? [], asked)?.backendRefs
}

function takes({ match }: Entry, { path, headers = {} }: Asked): boolean {
  const fits = ([name, text]: readonly [string, Text]): boolean => isText(headers[name.toLowerCase()], text)
  return (
    match === undefined || match.some(each => path.startsWith(each.uri?.prefix ?? '/') && Object.entries(each.headers ?? {}).every(fits))
  )
}

function isText(value: string | undefined, { exact, prefix, regex }: Text): boolean {
  if (value === undefined) return false
  return (
    exact === value ||
    (prefix !== undefined && value.startsWith(prefix)) ||
    (regex !== undefined && new RegExp(`^(?:${regex})$`).test(value))
  )
}

/** The rule that asks for more headers wins. */
function ruleFor(rules: readonly Rule[], { headers = {} }: Asked): Rule | undefined {
  const asks = (rule: Rule): number => Math.max(0, ...(rule.matches ?? []).map(each => each.headers?.length ?? 0))
  const fits = ({ matches = [{}] }: Rule): boolean =>
    matches.some(each => (each.headers ?? []).every(({ name, value }) => headers[name.toLowerCase()] === value))
  return rules.filter(fits).toSorted((a, b) => asks(b) - asks(a))[0]
}

/** Whether two splits say the same, meaning included. */
export function sameSplit(a: Split, b: Split): boolean {
  return sameShares(a.shares, b.shares) && [...a.versions].every(([key, of]) => setsEqual(of, b.versions.get(key)))
}

export function sameShares(a: Shares, b: Shares): boolean {
  return a.size === b.size && [...a].every(([key, share]) => Math.abs((b.get(key) ?? -1) - share) < 1e-9)
}

function setsEqual(a: ReadonlySet<string>, b: ReadonlySet<string> = new Set()): boolean {
  return a.size === b.size && [...a].every(each => b.has(each))
}
