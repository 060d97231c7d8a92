import { z } from 'zod'

/** Where a cluster is found: a context of a kubeconfig, or the cluster in which the delegate itself runs. */
export const ClusterRef = z.object({
  context: z.string().exactOptional(),
  kubeconfig: z.string().exactOptional(),
  inCluster: z.boolean().exactOptional(),
})
export type ClusterRef = z.infer<typeof ClusterRef>

/** How arrival is known; times in milliseconds. */
export const SettleSettings = z.object({
  mode: z.enum(['auto', 'acknowledged', 'seconds']),
  /** Between two sides that both stay reachable. */
  shift: z.number().int().min(0).exactOptional(),
  /** Before anything is removed, re-pointed or gets its first weight. */
  removal: z.number().int().min(0).exactOptional(),
})
export type SettleSettings = z.infer<typeof SettleSettings>

/** One key of a Secret in the namespace of the release. */
export const SecretKey = z.object({ secret: z.string(), key: z.string() })
export type SecretKey = z.infer<typeof SecretKey>

/** A Prometheus that scrapes the proxies of the mesh, as the delegate reaches it; `url` has no slash at its end. */
export const PrometheusRef = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.union([z.string(), SecretKey])),
  bearerToken: SecretKey.exactOptional(),
  /** What its series of this cluster have, where it knows several. */
  labels: z.record(z.string(), z.string()),
})
export type PrometheusRef = z.infer<typeof PrometheusRef>

const LiteralDestination = z.object({ host: z.string(), subset: z.string().exactOptional(), port: z.number().int().exactOptional() })

/** One run's claim on one release (a service in an infrastructure): all that the delegate must know to act on it. */
export const Release = z.object({
  execution: z.string(),
  /** Name of the release: names its record and its Lease in the cluster. */
  name: z.string(),
  service: z.string(),
  namespace: z.string(),
  cluster: ClusterRef,
  /** What people call the new version (tag, or a short digest). */
  version: z.string(),
  /** Hash of the rendered manifests ({@link Manifests}) in the store of contents. */
  manifests: z.string(),
  /** Name of the Deployment, where several could be meant. */
  workload: z.string().exactOptional(),
  /**
   * Each side is a Service; where no route is managed, the Service itself is what traffic is moved by. Users who are on the new version at the
   * end stay on it: stable takes it under them.
   */
  blueGreen: z.boolean().exactOptional(),
  /**
   * Delivered without moving traffic: every manifest is applied in its order, workloads replace their pods by their own strategy, and no route
   * is edited. `basic`: each object is awaited before the next is applied.
   */
  plain: z.enum(['rolling', 'basic']).exactOptional(),
  /** Names of managed route objects, or all of them, where several are annotated: they are written in this order. */
  managed: z.union([z.array(z.string()).min(1), z.literal('all')]).exactOptional(),
  /** Names of the managed http entries where a route has several. */
  routes: z.union([z.array(z.string()), z.literal('all')]).exactOptional(),
  /** A typed VirtualService, managed or not; without it the one managed VirtualService of the manifests. */
  virtualService: z.string().exactOptional(),
  /** Every literal destination that some split of the workflow names: ours for the run. */
  literals: z.array(LiteralDestination),
  /** Users stay on the side that they were drawn to, by a cookie of this name and age (seconds), while the canary's share does not fall. */
  sticky: z.object({ cookie: z.string(), maxAge: z.number().int().min(1) }).exactOptional(),
  /** The canary gets a Service of its own, and pods outside the stable one's selector, where subsets would do too. */
  isolate: z.boolean().exactOptional(),
  subsets: z.object({ stable: z.string(), canary: z.string() }),
  settle: SettleSettings,
  /** How long a side without weight keeps its pods for requests under way, milliseconds. */
  drain: z.number().int().min(0),
  /** What to do about callers that bypass the managed route. */
  bypass: z.enum(['accept', 'refuse']),
  /** What to do about endpoints of the Service in other clusters; `refuse` where it is left out. */
  remoteEndpoints: z.enum(['accept', 'refuse']).exactOptional(),
  /** Asked for the requests that gateways do not see. */
  prometheus: PrometheusRef.exactOptional(),
})
export type Release = z.infer<typeof Release>

/** A Kubernetes object as it crosses a process border: checked for its names, kept as it is. */
const AnyObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().exactOptional() }),
})

/**
 * The rendered manifests of a run, pinned by their hash: image and versioned names are in place, namespaces filled in.
 * `versioned`: indexes of the ConfigMaps and Secrets whose name ends in a hash of their content.
 */
export const Manifests = z.object({ objects: z.array(AnyObject), versioned: z.array(z.number().int().min(0)) })
export type Manifests = z.infer<typeof Manifests>
