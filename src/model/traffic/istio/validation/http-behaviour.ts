import type { CorsPolicy, HttpFault, HttpRetry, Percent } from '../objects.ts'
import { durationProblem, parseGoDuration } from './duration.ts'
import { each, type Report } from './findings.ts'
import { corsHeaderProblem } from './headers.ts'
import { statusProblem } from './http-answers.ts'
import { checkRegexMatch } from './string-match.ts'

/** What Envoy may retry on, beside status codes. */
const retryReasons = new Set(
  [
    '5xx gateway-error reset reset-before-request connect-failure retriable-4xx refused-stream retriable-status-codes retriable-headers',
    'envoy-ratelimited http3-post-connect-failure cancelled deadline-exceeded internal resource-exhausted unavailable',
  ].flatMap(line => line.split(' ')),
)

/** Status codes that have a registered name. */
const namedStatus = /^\+?0*(?:10[0-3]|20[0-8]|226|30[0-57-8]|40\d|41[0-8]|42[1-6]|428|429|431|451|50[0-8]|51[01])$/

const grpcStatus = new Set(
  [
    'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED',
    'FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED',
  ].flatMap(line => line.split(' ')),
)

const corsMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*'])

/** A duration of at least 1 ms, in whole milliseconds. */
export function checkDuration(duration: string | undefined, path: string, report: Report): void {
  if (duration !== undefined) report.check(path, durationProblem(duration))
}

export function checkRetries(retries: HttpRetry | undefined, path: string, report: Report): void {
  if (!retries) return
  const { attempts = 0, perTryTimeout, retryOn, retryRemoteLocalities, backoff } = retries
  if (attempts < 0) report.error(`${path}.attempts`, 'cannot be negative')
  if (attempts === 0 && (perTryTimeout !== undefined || retryOn || retryRemoteLocalities !== undefined)) {
    report.error(path, 'configured, but 0 attempts switch retries off')
  }
  checkDuration(perTryTimeout, `${path}.perTryTimeout`, report)
  checkDuration(backoff, `${path}.backoff`, report)
  for (const reason of retryOn ? retryOn.split(',') : []) {
    if (!retryReasons.has(reason) && !namedStatus.test(reason)) report.error(`${path}.retryOn`, `"${reason}" is nothing to retry on`)
  }
}

export function checkFault(fault: HttpFault | undefined, path: string, report: Report): void {
  if (!fault) return
  const { abort, delay } = fault
  if (!abort && !delay) report.error(path, 'must have an abort or a delay')
  checkAbort(abort, `${path}.abort`, report)
  checkPercent(delay?.percentage, `${path}.delay.percentage`, report)
  checkDuration(delay?.fixedDelay, `${path}.delay.fixedDelay`, report)
  if (delay?.exponentialDelay !== undefined) report.error(`${path}.delay.exponentialDelay`, 'is not supported')
}

function checkAbort(abort: HttpFault['abort'], path: string, report: Report): void {
  if (!abort) return
  const { percentage, httpStatus, grpcStatus: status, http2Error } = abort
  checkPercent(percentage, `${path}.percentage`, report)
  if (http2Error !== undefined) report.error(`${path}.http2Error`, 'is not supported')
  else if (status !== undefined) {
    if (!grpcStatus.has(status)) report.error(`${path}.grpcStatus`, `gRPC status "${status}" is not known, try NOT_FOUND`)
  } else if (httpStatus === undefined) report.warning(path, 'does nothing: no kind of error is set')
  else report.check(`${path}.httpStatus`, statusProblem(httpStatus))
}

/** Envoy counts in millionths, so what is above 0 has to be at least 0.0001. */
function checkPercent(percentage: Percent | undefined, path: string, report: Report): void {
  const { value = 0 } = percentage ?? {}
  if (value < 0 || value > 100 || (value > 0 && value < 0.0001)) report.error(path, `percentage ${value} is neither 0 nor in 0.0001..100`)
}

export function checkCors(policy: CorsPolicy | undefined, path: string, report: Report): void {
  if (!policy) return
  each(policy.allowOrigins, `${path}.allowOrigins`, (origin, at) => {
    if (!(origin.exact || origin.prefix || origin.regex)) report.error(at, 'must not be empty')
    checkRegexMatch(origin, at, report)
  })
  each(policy.allowMethods, `${path}.allowMethods`, (method, at) => {
    if (!corsMethods.has(method)) report.error(at, `"${method}" is not a known HTTP method`)
  })
  for (const list of ['allowHeaders', 'exposeHeaders'] as const) {
    each(policy[list], `${path}.${list}`, (name, at) => report.check(at, name === '*' ? undefined : corsHeaderProblem(name)))
  }
  checkDuration(policy.maxAge, `${path}.maxAge`, report)
  if ((parseGoDuration(policy.maxAge ?? '') ?? 0n) % 1_000_000_000n > 0n) report.error(`${path}.maxAge`, 'must be whole seconds')
}
