import { z } from 'zod'
import type { Objects } from '#delegate/kubernetes/index.ts'
import type { PrometheusRef } from '#model/release/index.ts'
import { ask, headersFor, type Fetch } from './ask.ts'
import { failures } from './failures.ts'
import { selector, type Matcher } from './selector.ts'

/** A value at a time: milliseconds since 1970 by the clock of Prometheus. */
type Sample = readonly [at: number, value: number]

/** Samples of one series in the order of their times; `__name__` is among the labels. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly samples: readonly Sample[]
}

export interface Samples {
  readonly series: readonly Series[]
  /** What it says itself of answers that may lack a part. */
  readonly warnings: readonly string[]
}

/** A Prometheus server, asked each time anew. What keeps it from answering is thrown as a Failure. */
export interface Prometheus {
  readonly url: string
  /** The raw samples of the last so many milliseconds. */
  samples(matchers: readonly Matcher[], last: number, signal: AbortSignal): Promise<Samples>
  /** Its time, in milliseconds since 1970. */
  now(signal: AbortSignal): Promise<number>
}

const SampleText = z.tuple([z.number(), z.string()])
const Answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({ resultType: z.literal('scalar'), result: SampleText }),
      z.object({
        resultType: z.literal('matrix'),
        result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(SampleText).default([]) })),
      }),
    ]),
    warnings: z.array(z.string()).default([]),
  }),
  z.object({ status: z.literal('error'), error: z.string().default(''), errorType: z.string().default('') }),
])

/** `namespace`: where the Secrets are that its headers name. They are read when they are first needed, and again after a refusal. */
export function openPrometheus(reference: PrometheusRef, namespace: string, objects: Objects, fetch: Fetch): Prometheus {
  const { url } = reference
  const always: readonly Matcher[] = Object.entries(reference.labels).map(([label, is]) => ({ label, is }))
  let headers: Promise<Readonly<Record<string, string>>> | undefined
  const query = async (expression: string, signal: AbortSignal) => {
    headers ??= headersFor(reference, namespace, objects, signal)
    try {
      const body = await ask(url, `/api/v1/query?query=${encodeURIComponent(expression)}`, await headers, fetch, signal)
      return understood(url, body)
    } catch (error) {
      headers = undefined
      throw error
    }
  }
  return {
    url,
    async samples(matchers, last, signal) {
      const { data, warnings } = await query(`${selector([...matchers, ...always])}[${Math.ceil(last / 1000)}s]`, signal)
      if (data.resultType !== 'matrix') throw failures.NO_ANSWER({ url, reason: `a ${data.resultType} for samples` })
      const series = data.result.map(({ metric, values }) => ({ labels: metric, samples: values.map(readSample) }))
      return { series: series.filter(({ samples }) => samples.length > 0), warnings }
    },
    async now(signal) {
      const { data } = await query('time()', signal)
      if (data.resultType !== 'scalar') throw failures.NO_ANSWER({ url, reason: `a ${data.resultType} for its time` })
      return readSample(data.result)[0]
    },
  }
}

/** Times are seconds there, to the millisecond. */
function readSample([seconds, value]: z.infer<typeof SampleText>): Sample {
  return [Math.round(seconds * 1000), Number(value)]
}

function understood(url: string, body: string): Extract<z.infer<typeof Answer>, { status: 'success' }> {
  const answer = parsed(url, body)
  if (answer.status === 'success') return answer
  throw failures.NO_ANSWER({ url, reason: `${answer.errorType}: ${answer.error}` })
}

function parsed(url: string, body: string): z.infer<typeof Answer> {
  try {
    return Answer.parse(JSON.parse(body))
  } catch (error) {
    throw failures.NO_ANSWER({ url, reason: 'it is not what the HTTP API of Prometheus answers' }, error)
  }
}
