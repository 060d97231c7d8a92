import type { Failure } from '#base/index.ts'
import type { ApiResponse } from './cluster.ts'
import { failures, type Asked } from './failures.ts'

/** One reason among those that a Status lists. */
export interface StatusCause {
  readonly reason?: string
  readonly message?: string
  readonly field?: string
}

/** The body of an API error, as far as we read it. */
export interface Status {
  readonly message: string
  readonly reason: string
  readonly causes: readonly StatusCause[]
  readonly details: { readonly name?: string; readonly kind?: string; readonly retryAfterSeconds?: number }
}

/** What was asked, in the words of Kubernetes' RBAC, for the failure that may come of it. */
export interface Request {
  /** `get`, `list`, `watch`, `create`, `patch`, `delete`. */
  readonly verb: string
  /** For people: `VirtualService shop/cart`, `pods of namespace shop`. */
  readonly about: string
  /** `virtualservices.networking.istio.io` */
  readonly resource: string
  readonly namespace: string
  readonly cluster: string
}

/** Reads the Status of an error answer; an answer without one (a proxy's page) becomes a Status with its text. */
export function statusOf(response: ApiResponse): Status {
  const { body } = response
  if (typeof body !== 'object' || body === null) return { message: String(body ?? '').trim(), reason: '', causes: [], details: {} }
  const status = body as { message?: string; reason?: string; details?: Status['details'] & { causes?: readonly StatusCause[] } }
  return {
    message: status.message ?? '',
    reason: status.reason ?? '',
    causes: status.details?.causes ?? [],
    details: status.details ?? {},
  }
}

/** Kubernetes tells a missing right from an admission plugin's "no" only in words: both are 403 Forbidden. */
const missingRight = /cannot \S+ resource "/

/** How the API server quotes a webhook that said no. */
const webhookDenied = /admission webhook "([^"]+)" denied the request:? ?/

/** An admission webhook that fails closed is an InternalError with these words. */
const webhookDown = /failed calling webhook/

/** Unknown and duplicate fields are a 400 with these words. */
const strictDecoding = /strict decoding error/

/** The one failure that an error answer means. Those that mean "look again" or "absent" are taken out before (writing.ts, reading.ts). */
export function failureOf(response: ApiResponse, request: Request): Failure {
  const { status } = response
  const { message } = statusOf(response)
  const { cluster, verb, about } = request
  const asked = { cluster, verb, about, status, words: wordsOf(response, request) }
  if (status === 401) return failures.UNAUTHORIZED(asked)
  if (status === 403 || webhookDenied.test(message)) return refusal(message, asked, request)
  if (status === 422 || strictDecoding.test(message)) return failures.INVALID(asked)
  if (status === 429 || status === 503) return failures.BUSY(asked)
  if (webhookDown.test(message)) return failures.ADMISSION_DOWN(asked)
  return status >= 500 ? failures.SERVER_ERROR(asked) : failures.REFUSED(asked)
}

function refusal(message: string, asked: Asked & { words: string }, { resource, namespace }: Request): Failure {
  const webhook = webhookDenied.exec(message)
  if (webhook) return failures.DENIED({ ...asked, by: `admission webhook ${webhook[1]}`, words: asked.words.replace(webhookDenied, '') })
  if (missingRight.test(message)) return failures.FORBIDDEN({ ...asked, resource, namespace })
  return failures.DENIED({ ...asked, by: 'the API server' })
}

/** The server's words. About a Secret only the names of fields: its words quote values, sometimes whole objects. */
function wordsOf(response: ApiResponse, { resource }: Request): string {
  const { message, causes } = statusOf(response)
  if (resource === 'secrets' && response.status === 422) return causes.map(cause => cause.field ?? '').join(', ') || 'invalid'
  return message || `HTTP ${response.status}`
}
