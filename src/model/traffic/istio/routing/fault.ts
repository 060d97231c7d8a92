import { parseGoDuration } from '../validation/duration.ts'
import type { HttpFault } from '../objects.ts'

/** What is done to a part of the requests before they are sent on. */
export interface Fault {
  readonly abort?: { readonly status: number; readonly share: number }
  readonly delay?: { readonly milliseconds: number; readonly share: number }
}

/** HTTP status in which Envoy dresses a status of gRPC. */
const httpOfGrpc: Readonly<Record<string, number>> = {
  OK: 200,
  CANCELLED: 499,
  UNKNOWN: 500,
  INVALID_ARGUMENT: 400,
  DEADLINE_EXCEEDED: 504,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429,
  FAILED_PRECONDITION: 400,
  ABORTED: 409,
  OUT_OF_RANGE: 400,
  UNIMPLEMENTED: 501,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DATA_LOSS: 500,
  UNAUTHENTICATED: 401,
}

/** Without a percentage a fault concerns no request at all. */
export function faultOf({ abort, delay }: HttpFault): Fault {
  return { ...abortOf(abort), ...delayOf(delay) }
}

function abortOf(abort: HttpFault['abort']): Pick<Fault, 'abort'> {
  const { grpcStatus, httpStatus = grpcStatus === undefined ? undefined : (httpOfGrpc[grpcStatus] ?? 500), percentage } = abort ?? {}
  const share = (percentage?.value ?? 0) / 100
  return httpStatus !== undefined && share > 0 ? { abort: { status: httpStatus, share } } : {}
}

function delayOf(delay: HttpFault['delay']): Pick<Fault, 'delay'> {
  const length = parseGoDuration(delay?.fixedDelay ?? '')
  const share = (delay?.percentage?.value ?? delay?.percent ?? 0) / 100
  return length !== undefined && share > 0 ? { delay: { milliseconds: Number(length / 1_000_000n), share } } : {}
}
