import type { z } from 'zod'
import { FailureRecord } from '#protocol/http/index.ts'

/** A JSON answer in the description of a route. */
export const json = <S extends z.ZodType>(schema: S, description: string) => ({ description, content: { 'application/json': { schema } } })

/** A JSON body in the description of a route. */
export const jsonBody = <S extends z.ZodType>(schema: S) => ({ required: true, content: { 'application/json': { schema } } })

/** Every route answers failures the same way. */
export const failureAnswers = { default: json(FailureRecord, 'It failed; `blame` tells who can mend it.') }
