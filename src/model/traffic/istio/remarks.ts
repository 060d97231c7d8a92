import { destinationText } from '../destination.ts'
import { canonicalHost, expandHost } from './hosts.ts'
import { namespaceOf, type DestinationRule, type HttpMatch, type HttpRoute, type IstioDestination, type VirtualService } from './objects.ts'
import { entryLabel } from './entries.ts'
import { isCatchAll } from './routing/match.ts'
import { overlappingPrefixes, unreachableRules } from './validation/unreachable-rules.ts'

/** Something in a VirtualService that is accepted and yet takes no request, or not as it seems. */
export interface Remark {
  readonly is: 'unreachable' | 'hidden' | 'without-weight' | 'no-weight-at-all' | 'unknown-subset'
  /** `spec.http[0].route[1]`. */
  readonly path: string
  readonly message: string
}

/** Everything that istiod warns about, and what it does not: entries behind a match of every path, rows without weight, subsets that no rule has. */
export function routeRemarks(service: VirtualService, rules: readonly DestinationRule[], domain?: string): readonly Remark[] {
  const http = service.spec.http ?? []
  return [...unreachable(http), ...hidden(http), ...http.flatMap(weights), ...unknownSubsets(service, rules, domain)]
}

function unreachable(http: readonly HttpRoute[]): readonly Remark[] {
  return [...unreachableRules(http), ...overlappingPrefixes(http)].map(({ rule, match, name, reason }) => ({
    is: 'unreachable',
    path: `spec.http[${rule}]${match === undefined ? '' : `.match[${match}]`}`,
    message:
      match === undefined ? `rule ${name} takes no request: ${reason}` : `match ${match} of rule ${name} takes no request: ${reason}`,
  }))
}

/** Entries that stand behind a match which takes every path of everybody; behind an entry without matches istiod warns itself. */
function hidden(http: readonly HttpRoute[]): readonly Remark[] {
  const first = hidingEntry(http)
  if (first === undefined || !http[first]?.match?.length) return []
  return http.slice(first + 1).map((entry, offset) => ({
    is: 'hidden',
    path: `spec.http[${first + 1 + offset}]`,
    message: `entry ${entryLabel(entry, first + 1 + offset)} takes no request: entry ${entryLabel(http[first], first)} before it takes every path`,
  }))
}

/** Index of the first entry behind which no request comes, whoever sends it. */
export function hidingEntry(http: readonly HttpRoute[]): number | undefined {
  const found = http.findIndex(entry => !entry.match?.length || entry.match.some(match => isCatchAll(match) && !isForSome(match)))
  return found < 0 || found === http.length - 1 ? undefined : found
}

function isForSome({ gateways, sourceLabels, sourceNamespace, port }: HttpMatch): boolean {
  return Boolean(gateways?.length || sourceNamespace || port || Object.keys(sourceLabels ?? {}).length > 0)
}

function weights({ route = [] }: HttpRoute, index: number): readonly Remark[] {
  if (route.length < 2) return []
  const idle = route.flatMap((row, at) => ((row.weight ?? 0) > 0 ? [] : [at]))
  if (idle.length === route.length) {
    const message = 'no destination has weight: proxies refuse this and keep the former routes, silently'
    return [{ is: 'no-weight-at-all', path: `spec.http[${index}].route`, message }]
  }
  return idle.map(at => ({
    is: 'without-weight',
    path: `spec.http[${index}].route[${at}]`,
    message: `${text(route[at]?.destination)} takes no request: it has no weight beside others that do`,
  }))
}

/** Destinations, mirrors included, with a subset that no rule for their host has. */
function unknownSubsets(service: VirtualService, rules: readonly DestinationRule[], domain?: string): readonly Remark[] {
  const key = (host: string, namespace: string, subset: string): string => `${canonicalHost(expandHost(host, namespace, domain))} ${subset}`
  const known = new Set(rules.flatMap(rule => (rule.spec.subsets ?? []).map(({ name }) => key(rule.spec.host, namespaceOf(rule), name))))
  return destinationsOf(service.spec.http ?? []).flatMap(({ path, destination }): readonly Remark[] => {
    const { host, subset } = destination
    if (!subset || known.has(key(host, namespaceOf(service), subset))) return []
    return [
      {
        is: 'unknown-subset',
        path,
        message: `${text(destination)}: no DestinationRule for ${host} has a subset ${subset}; its share would get 503`,
      },
    ]
  })
}

interface Placed {
  readonly path: string
  readonly destination: IstioDestination
}

function destinationsOf(http: readonly HttpRoute[]): readonly Placed[] {
  return http.flatMap((entry, index) => {
    const path = `spec.http[${index}]`
    return [
      ...(entry.route ?? []).map(({ destination }, at) => ({ path: `${path}.route[${at}]`, destination })),
      ...(entry.mirror ? [{ path: `${path}.mirror`, destination: entry.mirror }] : []),
      ...(entry.mirrors ?? []).map(({ destination }, at) => ({ path: `${path}.mirrors[${at}]`, destination })),
    ]
  })
}

function text(destination: IstioDestination | undefined): string {
  const { host = '', subset } = destination ?? {}
  return destinationText({ host, ...(subset ? { subset } : {}) })
}
