/** A cause inside `details`: the field that is wrong and why. */
export interface StatusCause {
  readonly reason: string
  readonly message: string
  readonly field?: string
}

export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly StatusCause[]
  readonly retryAfterSeconds?: number
}

/** What the API server answers instead of an object: meta/v1 Status. */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: Readonly<Record<string, never>>
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly details?: StatusDetails
  readonly code?: number
}

/** A refusal, on its way up to the answer; `status.code` is the HTTP status. */
export class ApiError extends Error {
  readonly status: Status

  constructor(status: Status) {
    super(status.message ?? status.reason ?? 'failure')
    this.name = 'ApiError'
    this.status = status
  }

  /** The HTTP status. */
  get code(): number {
    return this.status.code ?? 500
  }

  /** `Conflict`, `NotFound`, …; empty where the server gives none. */
  get reason(): string {
    return this.status.reason ?? ''
  }
}

interface Failure {
  readonly code: number
  readonly message: string
  readonly reason?: string
  readonly details?: StatusDetails
}

/** A failure of any kind; the functions below name the usual ones. */
export function failure({ code, message, reason, details }: Failure): ApiError {
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  })
}

/** What a refusal names: the resource (plural) or kind, its group, the object's name. */
export interface Subject {
  readonly group: string
  readonly resource: string
  readonly name: string
}

const qualified = ({ group, resource }: Subject): string => (group ? `${resource}.${group}` : resource)

const detailsOf = ({ group, resource, name }: Subject): StatusDetails => ({
  ...(name ? { name } : {}),
  ...(group ? { group } : {}),
  ...(resource ? { kind: resource } : {}),
})

export const badRequest = (message: string): ApiError => failure({ code: 400, reason: 'BadRequest', message })

export const unauthorized = (): ApiError => failure({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' })

export const notFound = (subject: Subject): ApiError =>
  failure({ code: 404, reason: 'NotFound', message: `${qualified(subject)} "${subject.name}" not found`, details: detailsOf(subject) })

/** 404 of a path that names no resource. */
export const unknownResource = (): ApiError =>
  failure({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource', details: {} })

export const methodNotAllowed = (): ApiError =>
  failure({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  })

export const alreadyExists = (subject: Subject): ApiError =>
  failure({
    code: 409,
    reason: 'AlreadyExists',
    message: `${qualified(subject)} "${subject.name}" already exists`,
    details: detailsOf(subject),
  })

export const conflict = (subject: Subject, because: string): ApiError =>
  failure({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${qualified(subject)} "${subject.name}": ${because}`,
    details: detailsOf(subject),
  })

/** 409 of a write that was based on an older resourceVersion. */
export const stale = (subject: Subject): ApiError =>
  conflict(subject, 'the object has been modified; please apply your changes to the latest version and try again')

export const forbidden = (subject: Subject, because: string, causes?: readonly StatusCause[]): ApiError => {
  const named = subject.name ? `${qualified(subject)} "${subject.name}"` : qualified(subject)
  return failure({
    code: 403,
    reason: 'Forbidden',
    message: `${named} is forbidden: ${because}`,
    details: { ...detailsOf(subject), ...(causes ? { causes } : {}) },
  })
}

/** One complaint about a field, as validation makes it. */
export interface FieldError {
  readonly reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueDuplicate'
    | 'FieldValueTypeInvalid'
    | 'FieldValueNotFound'
  readonly field: string
  readonly message: string
}

/** 422 with all complaints; `subject.resource` is the kind here. */
export function invalid(subject: Subject, errors: readonly FieldError[]): ApiError {
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))]
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  return failure({
    code: 422,
    reason: 'Invalid',
    message: `${qualified(subject)} "${subject.name}" is invalid: ${all}`,
    details: { ...detailsOf(subject), causes: errors.map(({ reason, message, field }) => ({ reason, message, field })) },
  })
}

/** 410: the version asked for is no longer kept. */
export const expired = (message: string): ApiError => failure({ code: 410, reason: 'Expired', message })
