import { parseGoDuration } from '../validation/duration.ts'
import type { CorsPolicy } from '../objects.ts'
import type { Answer } from './answers.ts'
import type { Headers } from './header-operations.ts'
import { compileText } from './match.ts'
import type { PreparedRequest } from './request.ts'

/** What a CORS policy does to a request: nothing, an answer to a preflight, or headers for the answer that comes. */
export type Cors =
  | { readonly is: 'nothing' }
  | { readonly is: 'preflight'; readonly answer: Answer }
  | { readonly is: 'allowed'; readonly headers: Headers }

export function corsOf(policy: CorsPolicy | undefined, request: PreparedRequest): Cors {
  const origin = request.header('origin')
  if (!policy || !origin) return { is: 'nothing' }
  const preflight = request.header(':method') === 'OPTIONS' && Boolean(request.header('access-control-request-method'))
  if (!allows(policy, origin)) {
    const ignored = preflight && policy.unmatchedPreflights === 'IGNORE'
    return ignored ? { is: 'preflight', answer: { status: 200, headers: {} } } : { is: 'nothing' }
  }
  const shared = {
    'access-control-allow-origin': origin,
    ...(policy.allowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
  }
  if (!preflight) return { is: 'allowed', headers: { ...shared, ...listed('access-control-expose-headers', policy.exposeHeaders) } }
  const seconds = parseGoDuration(policy.maxAge ?? '')
  const headers = {
    ...shared,
    ...listed('access-control-allow-methods', policy.allowMethods),
    ...listed('access-control-allow-headers', policy.allowHeaders),
    ...(seconds === undefined ? {} : { 'access-control-max-age': String(seconds / 1_000_000_000n) }),
  }
  return { is: 'preflight', answer: { status: 200, headers } }
}

function allows({ allowOrigins, allowOrigin }: CorsPolicy, origin: string): boolean {
  if (allowOrigins) return allowOrigins.map(compileText).some(fits => fits('*') || fits(origin))
  return (allowOrigin ?? []).some(allowed => allowed === '*' || allowed === origin)
}

function listed(name: string, values: readonly string[] | undefined): Headers {
  return values?.length ? { [name]: values.join(',') } : {}
}
