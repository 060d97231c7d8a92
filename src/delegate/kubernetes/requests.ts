import { Failure, sleep, type Clock, type Random } from '#base/index.ts'
import { backoff } from './backoff.ts'
import type { ApiRequest, ApiResponse, Cluster } from './cluster.ts'
import { isDryRun, isRead } from './harmless.ts'
import { statusOf } from './status.ts'

/** Tries in all: with the delays below about 3 s, long enough for an API server that restarts behind a load balancer. */
const tries = 6

/** First and longest wait between tries (milliseconds): client-go's own steps are of this order. */
const delays = { first: 100, most: 2000 }

/** Longest wait that we let a server impose with Retry-After (seconds); beyond it the caller should know. */
const longestRetryAfter = 30

/** What keeps time and shuffles retries. */
export interface Surroundings {
  readonly clock: Clock
  readonly random: Random
}

/**
 * Sends a request, again where that is safe:
 * 1. What stores nothing (a read, a dry run, a question of rights) is repeated after no answer, 429, 500, 502, 503 and 504.
 * 2. A write is repeated only when the server says that it did not take it: 429, or 503 with Retry-After.
 * 3. Any other answer, and any other failure, is the caller's: whether a write without an answer was applied, only a look can tell.
 */
export async function send(
  cluster: Cluster,
  request: ApiRequest,
  { clock, random }: Surroundings,
  signal?: AbortSignal,
): Promise<ApiResponse> {
  const delay = backoff(delays, random)
  for (let left = tries - 1; ; left--) {
    const answer = await once(cluster, request, left > 0, signal)
    const again = left > 0 && (!answer || mayRepeat(request, answer))
    if (answer && !again) return answer
    const wait = answer && retryAfter(answer)
    await sleep(clock, wait === undefined ? delay.next() : wait * 1000, signal)
  }
}

/** It stores nothing, whoever answers it. */
const isHarmless = (request: ApiRequest): boolean => isRead(request) || isDryRun(request)

/** Undefined where a request that stores nothing found nobody and may be repeated. */
async function once(cluster: Cluster, request: ApiRequest, mayFail: boolean, signal?: AbortSignal): Promise<ApiResponse | undefined> {
  try {
    return await cluster.request(request, signal)
  } catch (error) {
    if (mayFail && isHarmless(request) && error instanceof Failure && error.blame === 'world') return undefined
    throw error
  }
}

function mayRepeat(request: ApiRequest, answer: ApiResponse): boolean {
  const wait = retryAfter(answer)
  if ((wait ?? 0) > longestRetryAfter) return false
  if (answer.status === 429 || (answer.status === 503 && wait !== undefined)) return true
  return isHarmless(request) && [500, 502, 503, 504].includes(answer.status)
}

/** Seconds. */
function retryAfter(answer: ApiResponse): number | undefined {
  return answer.retryAfter ?? (answer.status >= 400 ? statusOf(answer).details.retryAfterSeconds : undefined)
}
