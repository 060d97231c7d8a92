import { z } from 'zod'
import { defineFailures, kind, toFailureRecord, type Blame, type FailureRecord } from '#base/index.ts'

export const http = defineFailures('HTTP', {
  INPUT: kind<{ where: string; reason: string }>({
    blame: 'user',
    says: f => `Request: its ${f.where} is not what the API takes: ${f.reason}.`,
    todo: 'See /openapi.json. Client and host of the same version understand each other.',
  }),
  NO_ROUTE: kind<{ method: string; path: string }>({
    blame: 'user',
    says: f => `${f.method} ${f.path}: the API has no such thing.`,
    todo: 'See /openapi.json.',
  }),
})

const byBlame = { user: 400, world: 503, bug: 500 } as const satisfies Record<Blame, number>

/** Codes that HTTP has a better word for than their blame tells. */
const byCode: Readonly<Record<string, 404 | 409>> = {
  'SL-HTTP-NO-ROUTE': 404,
  'SL-EXECUTION-UNKNOWN': 404,
  'SL-EXECUTION-RELEASE-BUSY': 409,
  'SL-EXECUTION-NOTHING-WAITS': 409,
  'SL-EXECUTION-SEVERAL-WAIT': 409,
  'SL-EXECUTION-ENDED': 409,
  'SL-EXECUTION-TOO-LATE': 409,
}

/** The record and the status that a thrown thing is answered with. */
export function answerFor(error: unknown): { readonly record: FailureRecord; readonly status: 400 | 404 | 409 | 500 | 503 } {
  const record = toFailureRecord(error)
  return { record, status: byCode[record.code] ?? byBlame[record.blame] }
}

/** Everything wrong with a request at once. */
export function inputFailure(where: string, error: z.core.$ZodError): Error {
  return http.INPUT({ where, reason: z.prettifyError(error).replaceAll('\n', ' ') })
}
