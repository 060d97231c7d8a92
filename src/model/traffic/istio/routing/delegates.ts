import { expandHost } from '../hosts.ts'
import {
  fullName,
  namespaceOf,
  type HttpMatch,
  type HttpRoute,
  type IstioDestination,
  type StringMatch,
  type VirtualService,
} from '../objects.ts'
import { resolveGateway } from './gateway-reference.ts'
import { isVisible } from './visibility.ts'

/**
 * VirtualServices as proxies get them: an entry that delegates is replaced by the entries of its delegate, each narrowed by it;
 * a delegate that is missing or not exported takes the entry with it, an entry that contradicts drops out alone.
 * Delegates themselves (those without hosts) are not among the results.
 */
export function resolveDelegates(services: readonly VirtualService[], options: DelegateOptions = {}): readonly VirtualService[] {
  const delegates = new Map(services.filter(service => !service.spec.hosts?.length).map(service => [fullName(service), service]))
  const find = (root: VirtualService, entry: HttpRoute): VirtualService | undefined => {
    const namespace = namespaceOf(root)
    const found = delegates.get(`${entry.delegate?.namespace || namespace}/${entry.delegate?.name ?? ''}`)
    const exportTo = found?.spec.exportTo ?? options.defaultExportTo
    return found && isVisible({ namespace: namespaceOf(found), exportTo }, namespace) ? found : undefined
  }
  return services.filter(service => service.spec.hosts?.length).map(root => withDelegates(root, entry => find(root, entry), options.domain))
}

export interface DelegateOptions {
  /** The mesh's own default of `exportTo`; everywhere where absent. */
  readonly defaultExportTo?: readonly string[]
  readonly domain?: string
}

function withDelegates(root: VirtualService, find: (entry: HttpRoute) => VirtualService | undefined, domain?: string): VirtualService {
  const { http } = root.spec
  if (!http?.some(entry => entry.delegate)) return root
  const entries = http.flatMap(entry => {
    const delegate = entry.delegate && find(entry)
    if (!delegate) return entry.delegate ? [] : [entry]
    const outer = withGateways(entry, root)
    return (delegate.spec.http ?? []).flatMap(
      own => mergeEntry(outer, withHosts(withGateways(own, delegate), delegate, root, domain)) ?? [],
    )
  })
  return { ...root, spec: { ...root.spec, http: entries } }
}

/** The gateways of an entry's matches by their full names, which mean the same in every namespace. */
function withGateways(entry: HttpRoute, service: VirtualService): HttpRoute {
  if (!entry.match?.some(match => match.gateways)) return entry
  const match = entry.match.map(each =>
    each.gateways ? { ...each, gateways: each.gateways.map(name => resolveGateway(name, namespaceOf(service))) } : each,
  )
  return { ...entry, match }
}

/** The hosts of a delegate's entry by their full names, where its namespace is another one. */
function withHosts(entry: HttpRoute, from: VirtualService, to: VirtualService, domain?: string): HttpRoute {
  const namespace = namespaceOf(from)
  if (namespace === namespaceOf(to)) return entry
  const full = (destination: IstioDestination): IstioDestination => ({
    ...destination,
    host: expandHost(destination.host, namespace, domain),
  })
  return {
    ...entry,
    ...(entry.route && { route: entry.route.map(row => ({ ...row, destination: full(row.destination) })) }),
    ...(entry.mirror && { mirror: full(entry.mirror) }),
    ...(entry.mirrors && { mirrors: entry.mirrors.map(each => ({ ...each, destination: full(each.destination) })) }),
  }
}

/** What a delegate's entry takes from the entry that delegates, where it says nothing itself. */
const inherited = [
  'rewrite',
  'directResponse',
  'timeout',
  'retries',
  'fault',
  'mirror',
  'mirrorPercent',
  'mirrorPercentage',
  'mirrors',
  'corsPolicy',
  'headers',
] as const

function mergeEntry(root: HttpRoute, entry: HttpRoute): HttpRoute | undefined {
  const match = mergeMatches(root.match ?? [], entry.match ?? [])
  if (!match) return undefined
  const { match: _own, ...others } = entry
  const taken = Object.fromEntries(inherited.flatMap(field => (root[field] === undefined ? [] : [[field, root[field]]])))
  const name = [root.name, entry.name].filter(Boolean).join('-')
  return { ...taken, ...others, ...(name ? { name } : {}), ...(match.length > 0 ? { match } : {}) }
}

/** Each match of the delegate must fit into one of the root's; undefined where one contradicts them all. */
export function mergeMatches(root: readonly HttpMatch[], delegate: readonly HttpMatch[]): readonly HttpMatch[] | undefined {
  if (root.length === 0) return delegate
  if (delegate.length === 0) return root
  const merged = delegate.map(own => root.filter(outer => !contradicts(outer, own)).map(outer => mergeMatch(outer, own)))
  return merged.some(matches => matches.length === 0) ? undefined : merged.flat()
}

function mergeMatch(root: HttpMatch, own: HttpMatch): HttpMatch {
  const maps = ['headers', 'withoutHeaders', 'queryParams', 'sourceLabels'] as const
  const joined = maps.flatMap(field => (root[field] || own[field] ? [[field, { ...root[field], ...own[field] }]] : []))
  const name = [root.name, own.name].filter(Boolean).join('-')
  const said = Object.entries(own).filter(([, value]) => value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0))
  return { ...root, ...Object.fromEntries(said), ...Object.fromEntries(joined), ...(name ? { name } : {}) }
}

/** Whether a match of a delegate asks for what the root's match excludes. */
export function contradicts(root: HttpMatch, own: HttpMatch): boolean {
  const parts = (['uri', 'scheme', 'method', 'authority'] as const).some(part => exceeds(root[part], own[part]))
  const maps = (['headers', 'withoutHeaders', 'queryParams'] as const).some(map =>
    Object.entries(own[map] ?? {}).some(([name, match]) => exceeds(root[map]?.[name], match)),
  )
  return parts || maps || contradictsSource(root, own)
}

function contradictsSource(root: HttpMatch, own: HttpMatch): boolean {
  if (Boolean(root.ignoreUriCase) !== Boolean(own.ignoreUriCase)) return true
  if (root.port && own.port && root.port !== own.port) return true
  if (root.sourceNamespace && own.sourceNamespace !== root.sourceNamespace) return true
  const labels = Object.entries(own.sourceLabels ?? {}).some(([key, value]) => (root.sourceLabels?.[key] ?? value) !== value)
  return labels || exceedsGateways(root.gateways ?? [], own.gateways ?? [])
}

function exceedsGateways(root: readonly string[], own: readonly string[]): boolean {
  return root.length > 0 && own.length > 0 && (root.length < own.length || own.some(name => !root.includes(name)))
}

/** Whether a text may fulfil `own` without fulfilling `root`, as far as istiod compares: expressions fit to nothing. */
function exceeds(root: StringMatch | null | undefined, own: StringMatch | null | undefined): boolean {
  if (!root || !own) return false
  if (root.regex || own.regex) return true
  if (root.exact) return own.exact !== root.exact
  if (!root.prefix) return true
  return !(own.prefix || own.exact || '').startsWith(root.prefix)
}
