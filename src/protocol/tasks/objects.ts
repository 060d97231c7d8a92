import { z } from 'zod'
import { Leaf, Release, Snapshot } from '#model/release/index.ts'
import { defineTask } from './task.ts'

const ObjectName = z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() })

/** What a step does to objects of the namespace, beside the traffic of the release. */
export const ObjectsChange = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('scale'),
    workload: ObjectName,
    to: z.union([z.object({ count: z.number().int().min(0) }), z.object({ percent: z.number().min(0) })]),
  }),
  /** `manifests`: hash of the rendered objects, a JSON list in the order in which they are applied. */
  z.object({ is: z.literal('apply'), manifests: z.string() }),
  z.object({ is: z.literal('delete'), objects: z.array(ObjectName).min(1) }),
])
export type ObjectsChange = z.infer<typeof ObjectsChange>

/**
 * One object as it was before a step, as far as the step changes it: what the way back needs. `uid` is absent where there was none.
 * `leaves`: what the step puts in place of what. `object`: the whole of what it deletes, absent where that must not or cannot be made again.
 * Never a Secret's data.
 */
export const ObjectBefore = z.object({
  ...ObjectName.shape,
  uid: z.string().exactOptional(),
  leaves: z.array(Leaf),
  object: z.json().exactOptional(),
  /** For people: what will be done. */
  says: z.string(),
})
export type ObjectBefore = z.infer<typeof ObjectBefore>

const Outcome = z.object({ says: z.string(), writes: z.number().int(), calls: z.number().int() })

/** Looks at what a step will change, and dry-runs it; fails where it must not be changed. `givesBack`: the way back must be able to undo it. */
export const lookAtObjects = defineTask({
  type: 'cluster/look-at-objects',
  input: z.object({ release: Release, snapshot: Snapshot, change: ObjectsChange, givesBack: z.boolean() }),
  output: z.object({ before: z.array(ObjectBefore) }),
})

/** Makes the change, and waits until the objects are what they were asked to be. `number` fences, as that of a goal. */
export const changeObjects = defineTask({
  type: 'cluster/change-objects',
  input: z.object({ release: Release, change: ObjectsChange, before: z.array(ObjectBefore), number: z.number().int().min(1) }),
  output: Outcome,
})

/** Puts back what a step has changed, where nobody has changed it since. Waits for nothing. */
export const giveBackObjects = defineTask({
  type: 'cluster/give-back-objects',
  input: z.object({ release: Release, before: z.array(ObjectBefore), number: z.number().int().min(1) }),
  output: Outcome,
})
