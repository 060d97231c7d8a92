import { z } from 'zod'

/** Any JSON value; kept as it is. */
const Value = z.json()

/** The http routes of a VirtualService that the run manages, as they were. */
const RouteBefore = z.object({
  apiVersion: z.string(),
  name: z.string(),
  uid: z.string(),
  /** Per managed http entry: its index and its `route` list. */
  entries: z.array(z.object({ index: z.number().int(), route: Value })),
  managedFields: Value,
})

const RuleBefore = z.object({
  apiVersion: z.string(),
  name: z.string(),
  uid: z.string(),
  /** `spec.subsets` as it was; null where there was none. */
  subsets: Value,
  managedFields: Value,
})

const WorkloadBefore = z.object({
  name: z.string(),
  uid: z.string(),
  /** What people called the version that ran. */
  version: z.string(),
  template: Value,
  replicas: z.number().int(),
  paused: z.boolean(),
  managedFields: Value,
})

/** An autoscaler whose floor is raised for the run. */
const AutoscalerBefore = z.object({ apiVersion: z.string(), name: z.string(), uid: z.string(), minReplicas: z.number().int() })

/**
 * The leaves that the run will change, of every object that it will write, as they were before its first write; and the pod template
 * that the server would give the stable workload for the new version (from a dry run), so that canary and stable get exactly the same.
 * Journaled, and recorded in the cluster. Never a Secret's data.
 */
export const Snapshot = z.object({
  takenAt: z.string(),
  service: z.object({ name: z.string(), uid: z.string() }).optional(),
  route: RouteBefore.optional(),
  rule: RuleBefore.optional(),
  /** Absent: a first deployment. */
  stable: WorkloadBefore.optional(),
  autoscaler: AutoscalerBefore.optional(),
  next: z.object({ version: z.string(), template: Value }),
})
export type Snapshot = z.infer<typeof Snapshot>
