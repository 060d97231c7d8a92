import { z } from 'zod'
import { ObjectName } from './object-before.ts'

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
