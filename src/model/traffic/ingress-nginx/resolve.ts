import { hostTable } from '../istio/routing/host-table.ts'
import { prepareRequest, type PreparedRequest, type RoutedRequest } from '../istio/routing/request.ts'
import { canaryShare, type CanaryPolicy } from './canary.ts'
import type { NginxCanary, NginxConfiguration, NginxLocation } from './configuration.ts'
import { RE2JS } from 're2js'

/** Where ingress-nginx sends a request. */
export type NginxResolution =
  /** Nobody has this host and path: 404. */
  | { readonly is: 'no-backend' }
  | {
      readonly is: 'routed'
      readonly location: NginxLocation
      /** `share` of the requests like this one, 0 to 1, goes to the canary, as long as it has endpoints; without any the main one gets all. */
      readonly canary: (NginxCanary & { readonly share: number; readonly by: CanaryReason }) | undefined
    }

/** What decided about the canary, in the order in which it is asked. */
export type CanaryReason = 'header' | 'cookie' | 'weight'

/** Where requests go. To ask often, make it once. */
export function nginxTable({ servers, canaries }: NginxConfiguration): (request: RoutedRequest) => NginxResolution {
  const find = hostTable([...servers])
  return request => {
    const prepared = prepareRequest(request)
    const location = (find(request.host) ?? []).find(one => takes(one, prepared.path))
    if (!location) return { is: 'no-backend' }
    const canary = canaries.get(location.upstream.name)
    return { is: 'routed', location, canary: canary && { ...canary, ...chosen(canary.policy, prepared) } }
  }
}

/** `Exact` and `Prefix` as Kubernetes defines them; any other type is nginx' own prefix, which does not care for segments. */
function takes({ path: wanted, pathType }: NginxLocation, path: string): boolean {
  if (pathType === 'Exact') return path === wanted
  if (pathType !== 'Prefix') return path.startsWith(wanted)
  const prefix = wanted.endsWith('/') ? wanted.slice(0, -1) : wanted
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/')
}

/** Header, then cookie, then weight: `always` and `never` are the words of the first two; what says neither is not asked further. */
function chosen(policy: CanaryPolicy, request: PreparedRequest): { readonly share: number; readonly by: CanaryReason } {
  const byHeader = policy.header === '' ? undefined : headerSays(policy, request.header(policy.header.toLowerCase()))
  if (byHeader !== undefined) return { share: byHeader ? 1 : 0, by: 'header' }
  const byCookie = policy.cookie === '' ? undefined : saying(cookieOf(request, policy.cookie))
  if (byCookie !== undefined) return { share: byCookie ? 1 : 0, by: 'cookie' }
  return { share: canaryShare(policy), by: 'weight' }
}

/** A value that is asked for turns the two words off, and a pattern does; a pattern that is none keeps requests with the header away. */
function headerSays({ headerValue, headerPattern }: CanaryPolicy, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined
  if (headerValue !== '') return headerValue === value ? true : undefined
  return headerPattern === '' ? saying(value) : matches(headerPattern, value)
}

function matches(pattern: string, value: string): boolean | undefined {
  try {
    return RE2JS.compile(pattern).matcher(value).find() ? true : undefined
  } catch {
    return false
  }
}

function saying(value: string | undefined): boolean | undefined {
  if (value === 'always') return true
  return value === 'never' ? false : undefined
}

function cookieOf(request: PreparedRequest, name: string): string | undefined {
  const pairs = (request.header('cookie') ?? '').split(';').map(pair => pair.trim().split('='))
  return pairs.find(([key]) => key === name)?.[1]
}
