import {
  mirrorsOf,
  responseHeaders,
  sharesOf,
  type AnsweredBy,
  type HttpRoute,
  type KnownService,
  type Resolution,
} from '#model/traffic/index.ts'
import { bare, type Decision, type ResponseFlag, type RoutedDecision } from './decision.ts'
import { retryPolicyOf } from './retry.ts'

/** What short names of a route are resolved among. */
export interface RouteContext {
  readonly services: readonly KnownService[]
  /** That the request came to. */
  readonly port: number
}

/** What a proxy does with a request that VirtualServices decide. */
export function decideByIstio(resolution: Resolution, context: RouteContext): Decision {
  switch (resolution.is) {
    case 'unknown-host':
      return bare(404, 'NR')
    case 'answered':
      return { is: 'answered', answer: { body: '', ...resolution.answer }, flag: flagOf(resolution.by) }
    case 'refused':
      // Never in force: the configuration it stands in was refused.
      return bare(503, 'NC')
    case 'routed':
      return routed(resolution, context)
  }
}

function routed({ from, destinations, fault, responseHeaders: added }: Resolution & { readonly is: 'routed' }, context: RouteContext) {
  const { entry = {}, virtualService = '' } = from ?? {}
  return {
    is: 'routed',
    destinations: destinations.map(({ cluster, share, upstream, row }) => ({
      cluster,
      share,
      upstream,
      responseHeaders: headers => responseHeaders(headers, entry, row),
    })),
    mirrors: mirrorClusters(entry, virtualService, context),
    fault,
    timeout: durationOf(entry.timeout),
    retries: retryPolicyOf(entry),
    missing: 503,
    added,
  } satisfies RoutedDecision
}

function mirrorClusters(entry: HttpRoute, virtualService: string, { services, port }: RouteContext): RoutedDecision['mirrors'] {
  const namespace = virtualService.split('/')[0] ?? ''
  const context = { namespace, listenerPort: port, service: (host: string) => services.find(service => service.host === host) }
  return mirrorsOf(entry).flatMap(({ destination, share }) =>
    sharesOf({ route: [{ destination }] }, context).map(({ cluster }) => ({ cluster, share })),
  )
}

function flagOf(by: AnsweredBy): ResponseFlag {
  if (by === 'no-route') return 'NR'
  return by === 'fault' ? 'FI' : '-'
}

const unit = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const

/** Milliseconds of a duration as protobuf writes it: `1.5s`, `1h0m`. */
function durationOf(duration: string | undefined): number | undefined {
  if (!duration) return undefined
  let total = 0
  for (const [, amount, name] of duration.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)) total += Number(amount) * unit[name as keyof typeof unit]
  return total
}
