import { z } from 'zod'
import { Release } from '#model/release/index.ts'
import { defineTask } from './task.ts'

/** Measures one side of a release over a time, from what the mesh itself counts. Times in milliseconds. */
export const measureVersion = defineTask({
  type: 'verification/measure-version',
  input: z.object({
    release: Release,
    side: z.enum(['stable', 'canary']),
    over: z.number().int().min(0),
    minRequests: z.number().int().min(0),
    /** Greatest share of 5xx answers, 0 to 1. */
    errorRate: z.number().min(0).max(1).optional(),
    latency: z.object({ percentile: z.number().min(0).max(100), max: z.number().min(0) }).optional(),
  }),
  output: z.object({ verdict: z.enum(['good', 'bad', 'fewRequests']), says: z.string(), requests: z.number(), errors: z.number() }),
})
