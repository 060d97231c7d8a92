import { z } from 'zod'
import { AnyJson } from '#model/json/index.ts'

const RouteBefore = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  /** Destinations of the managed entries, as they were. */
  entries: z.array(
    z.object({ index: z.number().int(), name: z.string().exactOptional(), match: AnyJson.exactOptional(), destinations: AnyJson }),
  ),
  managedFields: AnyJson,
})

const RuleBefore = z.object({
  apiVersion: z.string(),
  name: z.string(),
  uid: z.string(),
  /** What stood under the names of our subsets; `listed` is false where the rule had no list at all. */
  subsets: z.object({ listed: z.boolean(), subsets: z.array(z.object({ name: z.string(), subset: AnyJson.exactOptional() })) }),
  managedFields: AnyJson,
})

const WorkloadBefore = z.object({
  uid: z.string(),
  /** What people called the version that ran. */
  version: z.string(),
  template: AnyJson,
  /** How it replaces its pods. */
  strategy: AnyJson.exactOptional(),
  replicas: z.number().int(),
  managedFields: AnyJson,
})

/**
 * An autoscaler whose floor is raised for the run: a HorizontalPodAutoscaler where `kind` is left out, else the ScaledObject by which KEDA keeps
 * one. `unset`: it said nothing of its floor.
 */
const AutoscalerBefore = z.object({
  apiVersion: z.string(),
  kind: z.literal('ScaledObject').exactOptional(),
  name: z.string(),
  uid: z.string(),
  minReplicas: z.number().int(),
  unset: z.literal(true).exactOptional(),
  managedFields: AnyJson.exactOptional(),
})

/** The kind of the object that says the floor. */
export function floorKind(autoscaler: Snapshot['autoscaler']): string {
  return autoscaler?.kind ?? 'HorizontalPodAutoscaler'
}

/** A leaf that the run's manifests change: what stood there, and what they put there. A missing side means that there is nothing. */
export const Leaf = z.object({
  path: z.array(z.union([z.string(), z.number()])),
  before: AnyJson.exactOptional(),
  after: AnyJson.exactOptional(),
})
export type Leaf = z.infer<typeof Leaf>

/** An object of the manifests that the run creates (without `before`) or changes beside the split (with the leaves that differ). */
const ManifestBefore = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().exactOptional(),
  before: z.object({ uid: z.string(), leaves: z.array(Leaf), managedFields: AnyJson }).exactOptional(),
  /** Of a workload in a plain release: the labels of its pods, and whether something else decides how many there are. */
  workload: z.object({ selector: z.record(z.string(), z.string()), autoscaled: z.boolean() }).exactOptional(),
})

/** The canary's own Service (its name and spec), and the label by whose value its pods leave the selector of the stable one. */
const SidesByService = z.object({
  canary: z.string(),
  spec: AnyJson,
  /** It stands among the manifests: its selector is changed for the run, and it stays. */
  kept: z.boolean(),
  /** Of one that stays and was there. */
  managedFields: AnyJson.exactOptional(),
  label: z.object({ key: z.string(), stable: z.string(), canary: z.string() }),
})
export type SidesByService = z.infer<typeof SidesByService>

/**
 * The leaves that the run will change, of every object that it will write, as they were before its first write; and the pod template
 * that the server would give the stable workload for the new version (from a dry run), so that canary and stable get exactly the same.
 * Journaled, and recorded in the cluster. Never a Secret's data.
 */
export const Snapshot = z.object({
  takenAt: z.string(),
  /** Nobody is served yet: the Service has no ready endpoints. */
  first: z.boolean(),
  /** Names of the objects that carry the traffic; empty in a plain release, which moves none. */
  names: z.object({
    service: z.string(),
    workload: z.string(),
    /** Labels by which the workload selects its pods; the canary's pods have them too. */
    selector: z.record(z.string(), z.string()),
    /** Host of the managed destination, as the route spells it. */
    host: z.string(),
    /** Subsets through which the route reaches stable's pods without a run; empty where it names the bare host. */
    restSubsets: z.array(z.string()),
    /**
     * What holds the splits of the managed routes, in the order in which they are written. `made`: the object as the run makes it, where a
     * split is held beside its route and there was nothing. None in a plain release.
     */
    routes: z.array(z.object({ apiVersion: z.string(), kind: z.string(), name: z.string(), made: AnyJson.exactOptional() })),
    /** What the gateways of the routes say they can, where the run asks for more than every one must. */
    support: z
      .array(
        z.object({
          parent: z.string(),
          by: z.object({ class: z.string(), controller: z.string(), features: z.array(z.string()) }).exactOptional(),
          unread: z.string().exactOptional(),
        }),
      )
      .exactOptional(),
    /** Present where the sides are subsets of one host. */
    rule: z.object({ apiVersion: z.string(), name: z.string() }).exactOptional(),
    /** Present where each side is a Service. */
    services: SidesByService.exactOptional(),
  }),
  /** Those that exist already. */
  routes: z.array(RouteBefore),
  /** Absent where the object does not exist yet. */
  rule: RuleBefore.exactOptional(),
  stable: WorkloadBefore.exactOptional(),
  autoscaler: AutoscalerBefore.exactOptional(),
  manifests: z.array(ManifestBefore),
  next: z.object({ version: z.string(), template: AnyJson, strategy: AnyJson.exactOptional() }),
})
export type Snapshot = z.infer<typeof Snapshot>
