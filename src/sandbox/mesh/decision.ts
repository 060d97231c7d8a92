import type { Fault, Headers, Upstream } from '#model/traffic/index.ts'
import { text, type HttpAnswer } from '#sandbox/pods/index.ts'
import type { RetryPolicy } from './retry.ts'

/** Envoy's short words for what went wrong. */
export type ResponseFlag = '-' | 'NR' | 'NC' | 'UH' | 'UF' | 'UC' | 'UT' | 'URX' | 'FI'

/** What a proxy does with a request, whichever kind of route says so. */
export type Decision = { readonly is: 'answered'; readonly answer: HttpAnswer; readonly flag: ResponseFlag } | RoutedDecision

export interface RoutedDecision {
  readonly is: 'routed'
  readonly destinations: readonly DecidedDestination[]
  readonly mirrors: readonly { readonly cluster: string; readonly share: number }[]
  readonly fault: Fault | undefined
  /** Milliseconds; 0 or undefined is no limit. */
  readonly timeout: number | undefined
  readonly retries: RetryPolicy
  /** Of the answer for a cluster that the proxy does not know. */
  readonly missing: 500 | 503
  /** Added to whatever answer comes. */
  readonly added: Headers
}

export interface DecidedDestination {
  readonly cluster: string
  /** 0 to 1. */
  readonly share: number
  /** The request as this destination gets it. */
  readonly upstream: Upstream
  /** Headers of its answer on their way back. */
  responseHeaders(headers: Headers): Headers
}

/** An answer of the proxy itself, without a word. */
export function bare(status: number, flag: ResponseFlag): Decision {
  return { is: 'answered', answer: { ...text(status, ''), headers: {} }, flag }
}
