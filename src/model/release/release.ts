import { z } from 'zod'

/** Where a cluster is found: a context of a kubeconfig, or the cluster in which the delegate itself runs. */
export const ClusterRef = z.object({
  context: z.string().optional(),
  kubeconfig: z.string().optional(),
  inCluster: z.boolean().optional(),
})
export type ClusterRef = z.infer<typeof ClusterRef>

/** How arrival is known; times in milliseconds. */
export const SettleSettings = z.object({
  mode: z.enum(['auto', 'acknowledged', 'seconds']),
  /** Between two sides that both stay reachable. */
  shift: z.number().int().min(0).optional(),
  /** Before anything is removed, re-pointed or gets its first weight. */
  removal: z.number().int().min(0).optional(),
})
export type SettleSettings = z.infer<typeof SettleSettings>

/** One run's claim on one release (a service in an infrastructure): all that the delegate must know to act on it. */
export const Release = z.object({
  execution: z.string(),
  name: z.string(),
  service: z.string(),
  namespace: z.string(),
  cluster: ClusterRef,
  /** What people call the new version (tag, or a short digest). */
  version: z.string(),
  /** Hash of the rendered manifests ({@link Manifests}) in the store of contents. */
  manifests: z.string(),
  /** Name of the Deployment, where several could be meant. */
  workload: z.string().optional(),
  /** Names of the managed http routes where the VirtualService has several. */
  routes: z.union([z.array(z.string()), z.literal('all')]).optional(),
  /** A typed VirtualService, managed or not; without it the one managed VirtualService of the manifests. */
  virtualService: z.string().optional(),
  subsets: z.object({ stable: z.string(), canary: z.string() }),
  settle: SettleSettings,
  /** How long a side without weight keeps its pods for requests under way, milliseconds. */
  drain: z.number().int().min(0),
  /** What to do about callers that bypass the managed route. */
  bypass: z.enum(['accept', 'refuse']),
})
export type Release = z.infer<typeof Release>
