import type { HttpRoute } from '#model/traffic/index.ts'
import type { NoAnswer } from '#sandbox/pods/index.ts'

/** When a request is tried again, and how often. */
export interface RetryPolicy {
  readonly attempts: number
  readonly on: ReadonlySet<string>
}

/** Istio's default: two more tries when the connection failed, or broke before there was an answer. */
const usual: RetryPolicy = { attempts: 2, on: new Set(['connect-failure', 'refused-stream', 'reset', 'unavailable', 'cancelled']) }

/** The policy of a route: its own, where it has one. */
export function retryPolicyOf({ retries }: HttpRoute): RetryPolicy {
  if (!retries) return usual
  const on = retries.retryOn ? new Set(retries.retryOn.split(',').map(name => name.trim())) : usual.on
  return { attempts: Math.max(0, retries.attempts ?? usual.attempts), on }
}

export function retriesFailure({ on }: RetryPolicy, failure: NoAnswer): boolean {
  return failure.reason === 'refused'
    ? on.has('connect-failure') || on.has('5xx') || on.has('gateway-error')
    : on.has('reset') || on.has('5xx') || on.has('gateway-error')
}

export function retriesStatus({ on }: RetryPolicy, status: number): boolean {
  if (on.has(String(status))) return true
  if (status >= 500 && on.has('5xx')) return true
  return status >= 502 && status <= 504 && on.has('gateway-error')
}
