import { z } from 'zod'
import { ObjectBefore, ObjectName, Release, Snapshot } from '#model/release/index.ts'
import { defineTask } from './task.ts'

export { ObjectBefore }

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

const Outcome = z.object({ says: z.string(), writes: z.number().int(), calls: z.number().int() })

/** Looks at what a step will change, and dry-runs it; fails where it must not be changed. `givesBack`: the way back must be able to undo it. */
export const lookAtObjects = defineTask({
  type: 'cluster/look-at-objects',
  input: z.object({ release: Release, snapshot: Snapshot, change: ObjectsChange, givesBack: z.boolean() }),
  output: z.object({ before: z.array(ObjectBefore) }),
})

/** What the release's record in the cluster is told of a change: the step by its path. Left out, it is told nothing. */
const Recorded = z.object({ step: z.string(), snapshot: Snapshot })

/** Records and makes the change, and waits until the objects are what they were asked to be. `number` fences, as that of a goal. */
export const changeObjects = defineTask({
  type: 'cluster/change-objects',
  input: z.object({
    release: Release,
    change: ObjectsChange,
    before: z.array(ObjectBefore),
    number: z.number().int().min(1),
    record: Recorded.exactOptional(),
  }),
  output: Outcome,
})

/** Puts back what a step has changed, where nobody has changed it since, and lets the record forget it. Waits for nothing. */
export const giveBackObjects = defineTask({
  type: 'cluster/give-back-objects',
  input: z.object({
    release: Release,
    before: z.array(ObjectBefore),
    number: z.number().int().min(1),
    /** The step by its path, as the record knows it. */
    step: z.string().exactOptional(),
  }),
  output: Outcome,
})
