import { z } from 'zod'
import { AnyJson } from '#model/json/index.ts'
import { Leaf } from './snapshot.ts'

/** An object of the namespace by its kind and name. */
export const ObjectName = z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() })
export type ObjectName = z.infer<typeof ObjectName>

/**
 * One object as it was before a step, as far as the step changes it: what the way back needs. `uid` is absent where there was none.
 * `leaves`: what the step puts in place of what. `object`: the whole of what it deletes, absent where that must not or cannot be made again.
 * Never a Secret's data.
 */
export const ObjectBefore = z.object({
  ...ObjectName.shape,
  uid: z.string().exactOptional(),
  leaves: z.array(Leaf),
  object: AnyJson.exactOptional(),
  /** An autoscaler, or nothing in the file, decides the number of its pods: the live one is sent. */
  keepsPods: z.boolean().exactOptional(),
  /** For people: what will be done. */
  says: z.string(),
})
export type ObjectBefore = z.infer<typeof ObjectBefore>

/** What one step has changed beside the traffic; `step` is its path. */
export const StepBefore = z.object({ step: z.string(), before: z.array(ObjectBefore) })
export type StepBefore = z.infer<typeof StepBefore>
