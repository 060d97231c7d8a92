import { z } from 'zod'

/** Milliseconds. */
export const Wait = z.strictObject({ for: z.number().int().min(0) })
export type Wait = z.infer<typeof Wait>
