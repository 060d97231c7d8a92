import { z } from 'zod'
import { ObjectBefore, ObjectsChange, Release, Snapshot } from '#model/release/index.ts'
import { defineTask } from './task.ts'

export { ObjectBefore, ObjectsChange }

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
