import { z } from 'zod'

export const CanaryDelete = z.strictObject({})
export type CanaryDelete = z.infer<typeof CanaryDelete>
