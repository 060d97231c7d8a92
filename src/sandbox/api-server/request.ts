import type { Access } from './access.ts'
import type { Core } from './core.ts'
import { ApiError } from './status.ts'

export interface ApiRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly contentType?: string | undefined
  readonly accept?: string | undefined
  /** JSON as a value, or the text of the body; protobuf as a Buffer. */
  readonly body?: unknown
}

export interface ApiResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** JSON as a value; text or bytes where the content type says so. */
  readonly body: unknown
  /** The texts of the Warning headers. */
  readonly warnings: readonly string[]
}

/** What answering a request takes: the core, and who may do what. */
export interface Answering {
  readonly core: Core
  readonly access: Access
}

export const headerOf = ({ headers = {} }: ApiRequest, name: string): string | undefined => headers[name]
export const contentTypeOf = (request: ApiRequest): string | undefined => request.contentType ?? headerOf(request, 'content-type')
export const acceptOf = (request: ApiRequest): string | undefined => request.accept ?? headerOf(request, 'accept')

const json = { 'content-type': 'application/json' }

export const answer = (status: number, body: unknown, warnings: readonly string[] = []): ApiResponse => ({
  status,
  headers: json,
  body,
  warnings,
})

export const textAnswer = (status: number, body: string): ApiResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
  warnings: [],
})

/** 404 of a path that the server does not know at all. */
export const pageNotFound = (): ApiResponse => textAnswer(404, '404 page not found\n')

/** Turns a thrown refusal into its answer; 429 and the like say when to come back. */
export function answering(act: () => ApiResponse): ApiResponse {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const retry = error.status.details?.retryAfterSeconds
    return { ...answer(error.code, error.status), headers: { ...json, ...(retry === undefined ? {} : { 'retry-after': String(retry) }) } }
  }
}
