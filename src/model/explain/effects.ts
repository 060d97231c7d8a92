import { mirrorsOf, type GatewayResolution, type HttpRoute, type Resolution, type Upstream } from '#model/traffic/index.ts'
import { formatDuration } from '#base/index.ts'
import type { Effect } from './explanation.ts'
import { percent } from './percent.ts'

type Routed<R extends { readonly is: string }> = Extract<R, { readonly is: 'routed' }>

/** What else happens to a request that VirtualServices route. */
export function istioEffects(
  { from, destinations, fault }: Routed<Resolution>,
  asked: { readonly host: string; readonly path: string },
): readonly Effect[] {
  const entry: HttpRoute = from?.entry ?? {}
  const { timeout, retries, headers, corsPolicy } = entry
  return [
    ...rewrites(
      destinations.map(({ upstream }) => upstream),
      asked,
    ),
    ...(timeout && timeout !== '0s' ? [{ is: 'timeout' as const, says: `after ${timeout}: 504` }] : []),
    ...(retries ? [{ is: 'retries' as const, says: retriesText(retries) }] : []),
    ...(fault?.abort
      ? [{ is: 'fault' as const, says: `${percent(fault.abort.share)} are answered ${fault.abort.status} by the proxy` }]
      : []),
    ...(fault?.delay
      ? [{ is: 'fault' as const, says: `${percent(fault.delay.share)} wait ${formatDuration(fault.delay.milliseconds)} first` }]
      : []),
    ...mirrorsOf(entry).map(({ destination: { host, subset }, share }) => ({
      is: 'mirror' as const,
      says: `${percent(share)} are copied to ${host}${subset ? ` subset ${subset}` : ''}, whose answer nobody gets`,
    })),
    ...headerEffects([headers, ...destinations.map(({ row }) => row.headers)]),
    ...(corsPolicy ? [{ is: 'cors' as const, says: 'its CORS policy answers preflights and adds headers' }] : []),
  ]
}

/** What else happens to a request that routes of the Gateway API route. */
export function gatewayApiEffects(
  { from, backends, mirrors, timeouts }: Routed<GatewayResolution>,
  asked: { readonly host: string; readonly path: string },
): readonly Effect[] {
  const { rule } = from
  const filters = [...(rule.filters ?? []), ...backends.flatMap(({ ref }) => ref.filters ?? [])]
  const { request, backendRequest } = timeouts
  return [
    ...rewrites(
      backends.map(({ upstream }) => upstream),
      asked,
    ),
    ...(request === undefined ? [] : [{ is: 'timeout' as const, says: `after ${formatDuration(request)}: 504` }]),
    ...(backendRequest === undefined ? [] : [{ is: 'timeout' as const, says: `each try after ${formatDuration(backendRequest)}: 504` }]),
    ...mirrors.map(({ to, share }) => ({
      is: 'mirror' as const,
      says: `${percent(share)} are copied to ${to.is === 'service' ? to.host : to.message}, whose answer nobody gets`,
    })),
    ...headerEffects(
      filters.map(({ requestHeaderModifier, responseHeaderModifier }) => ({
        ...(requestHeaderModifier ? { request: namesIn(requestHeaderModifier) } : {}),
        ...(responseHeaderModifier ? { response: namesIn(responseHeaderModifier) } : {}),
      })),
    ),
    ...(filters.some(({ type }) => type === 'CORS')
      ? [{ is: 'cors' as const, says: 'its CORS filter answers preflights and adds headers' }]
      : []),
  ]
}

function rewrites(upstreams: readonly Upstream[], asked: { readonly host: string; readonly path: string }): readonly Effect[] {
  const told = upstreams.flatMap(({ host, path }) => [
    ...(path === asked.path ? [] : [`path becomes ${path}`]),
    ...(host === asked.host ? [] : [`host becomes ${host}`]),
  ])
  return [...new Set(told)].map(says => ({ is: 'rewrite', says }))
}

function retriesText({ attempts = 2, perTryTimeout, retryOn }: NonNullable<HttpRoute['retries']>): string {
  if (attempts === 0) return 'none'
  return `up to ${attempts} more${retryOn ? ` on ${retryOn}` : ''}${perTryTimeout ? `, each at most ${perTryTimeout}` : ''}`
}

interface Operation {
  readonly set?: Readonly<Record<string, string>> | undefined
  readonly add?: Readonly<Record<string, string>> | undefined
  readonly remove?: readonly string[] | undefined
}

interface Operations {
  readonly request?: Operation | undefined
  readonly response?: Operation | undefined
}

function headerEffects(all: readonly (Operations | undefined)[]): readonly Effect[] {
  const told = all.flatMap(operations =>
    (['request', 'response'] as const).flatMap(direction => {
      const { set = {}, add = {}, remove = [] } = operations?.[direction] ?? {}
      const changes = [
        ...Object.entries(set).map(([name, value]) => `${name}: ${value}`),
        ...Object.entries(add).map(([name, value]) => `+${name}: ${value}`),
        ...remove.map(name => `-${name}`),
      ]
      return changes.length === 0 ? [] : [`of the ${direction}: ${changes.join(', ')}`]
    }),
  )
  return [...new Set(told)].map(says => ({ is: 'headers', says }))
}

interface Modifier {
  readonly set?: readonly { readonly name: string; readonly value: string }[] | undefined
  readonly add?: readonly { readonly name: string; readonly value: string }[] | undefined
  readonly remove?: readonly string[] | undefined
}

function namesIn({ set = [], add = [], remove = [] }: Modifier): Operation {
  const entries = (values: typeof set): Readonly<Record<string, string>> =>
    Object.fromEntries(values.map(({ name, value }) => [name, value]))
  return { set: entries(set), add: entries(add), remove }
}
