import { formatDuration } from '#base/index.ts'
import { countAbove, percentileOf } from './histogram.ts'
import type { Level } from './source.ts'

/** What a version must be; at least one of errorRate and latency. */
export interface Criteria {
  /** Fewer requests than this give no verdict; none at all never do. */
  readonly minRequests: number
  /** Greatest share of errors, 0 to 1. */
  readonly errorRate?: number | undefined
  /** Greatest latency at this percentile (0 to 100), milliseconds. */
  readonly latency?: { readonly percentile: number; readonly max: number } | undefined
}

export interface Verdict {
  readonly verdict: 'good' | 'bad' | 'fewRequests'
  /** `1,204 requests, 0.3 % errors (allowed 1 %), p99 41 ms (allowed 200 ms)` */
  readonly says: string
  readonly requests: number
  readonly errors: number
}

/** Judges what was counted over the whole time. */
export function judge(level: Level, criteria: Criteria): Verdict {
  const { requests, errors } = level
  const figures = { says: saysOf(level, criteria), requests, errors }
  if (requests === 0 || requests < criteria.minRequests) return { verdict: 'fewRequests', ...figures }
  return { verdict: hasTooManyErrors(level, criteria) || isTooSlow(level, criteria) ? 'bad' : 'good', ...figures }
}

function hasTooManyErrors({ requests, errors }: Level, { errorRate }: Criteria): boolean {
  return errorRate !== undefined && errors / requests > errorRate
}

function isTooSlow({ buckets }: Level, { latency }: Criteria): boolean {
  return latency !== undefined && (percentileOf(buckets, latency.percentile) ?? 0) > latency.max
}

/** How likely it may be to call an allowed share too great before the time is over: once in 100,000 looks. */
const doubt = 1e-5

/** Whether the version is bad beyond doubt already: an allowed share would hardly ever bring such counts. */
export function isCertainlyBad(level: Level, { minRequests, errorRate, latency }: Criteria): boolean {
  const { requests, errors, buckets } = level
  if (requests === 0 || requests < minRequests) return false
  if (errorRate !== undefined && isSurelyMore(errors, requests, errorRate)) return true
  return latency !== undefined && isSurelyMore(countAbove(buckets, latency.max), requests, 1 - latency.percentile / 100)
}

/** Chernoff's bound: a share of `allowed` brings `count` of `of` or more with a probability of at most e^(-of × divergence). */
function isSurelyMore(count: number, of: number, allowed: number): boolean {
  const share = count / of
  return share > allowed && of * divergence(share, allowed) > -Math.log(doubt)
}

/** Kullback and Leibler's, of two shares. */
function divergence(p: number, q: number): number {
  const term = (a: number, b: number): number => (a === 0 ? 0 : a * Math.log(a / b))
  return term(p, q) + term(1 - p, 1 - q)
}

function saysOf({ requests, errors, buckets }: Level, { minRequests, errorRate, latency }: Criteria): string {
  const count = `${number(requests)} request${requests === 1 ? '' : 's'}`
  if (requests === 0) return `not measured: not one request came (${number(Math.max(minRequests, 1))} needed)`
  if (requests < minRequests) return `${count}, too few to judge (${number(minRequests)} needed)`
  const parts = [count]
  if (errorRate !== undefined) parts.push(`${percent(errors / requests)} errors (allowed ${percent(errorRate)})`)
  if (latency) {
    const value = percentileOf(buckets, latency.percentile) ?? 0
    parts.push(`p${latency.percentile} ${formatDuration(value)} (allowed ${formatDuration(latency.max)})`)
  }
  return parts.join(', ')
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(share < 0.01 ? 1 : 2))} %`
}
