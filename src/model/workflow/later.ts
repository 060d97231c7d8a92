import { z } from 'zod'

/** Text with `${…}` that needs names which only the run knows (`k8s.*`, `outputs.*`, `approvals.*`): evaluated when the step starts. */
export const Later = z.strictObject({ later: z.string() })
export type Later = z.infer<typeof Later>

/** Text that is known now, or in the run. */
export const TextOrLater = z.union([z.string(), Later])
export type TextOrLater = z.infer<typeof TextOrLater>
