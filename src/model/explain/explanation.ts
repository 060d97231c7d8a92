import { z } from 'zod'

/** A pod that a destination leads to. */
export const ReachedPod = z.strictObject({
  /** `shop/cart-6f9c-x2x` */
  name: z.string(),
  ready: z.boolean(),
  /** Tag (or short digest) of its first container's image. */
  version: z.string(),
})
export type ReachedPod = z.infer<typeof ReachedPod>

/** What a request gets that is sent to a destination. */
export const Gets = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('pod') }),
  /** An answer of the proxy. `flag` is Envoy's: NC where it knows no such cluster, UH where no pod is healthy. */
  z.strictObject({ is: z.literal('error'), status: z.number().int(), flag: z.string(), says: z.string() }),
  /** Outside of what is looked at: another system, or pods that may not be seen. */
  z.strictObject({ is: z.literal('unknown'), says: z.string() }),
])
export type Gets = z.infer<typeof Gets>

/** A destination of the entry that takes the request. */
export const ReachedDestination = z.strictObject({
  /** Full name. */
  host: z.string(),
  subset: z.string().optional(),
  port: z.number().int(),
  /** 0 to 1; of requests, before faults. */
  share: z.number(),
  /** The DestinationRule that this caller uses for the host: `namespace/name`, several where they are merged. */
  rule: z.array(z.string()).optional(),
  /** What its pods carry, by the subset. */
  labels: z.record(z.string(), z.string()).optional(),
  gets: Gets,
  pods: z.array(ReachedPod),
})
export type ReachedDestination = z.infer<typeof ReachedDestination>

/** What else happens to the request. */
export const Effect = z.strictObject({
  is: z.enum(['rewrite', 'timeout', 'retries', 'fault', 'mirror', 'headers', 'cors']),
  says: z.string(),
})
export type Effect = z.infer<typeof Effect>

/** What becomes of the request at one door. */
export const Answer = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('routed'), destinations: z.array(ReachedDestination) }),
  /** The proxy answers itself. */
  z.strictObject({ is: z.literal('answered'), status: z.number().int(), location: z.string().optional(), says: z.string() }),
  /** What happens is not decided by what was looked at. */
  z.strictObject({ is: z.literal('undecided'), says: z.string() }),
])
export type Answer = z.infer<typeof Answer>

const Candidate = z.strictObject({
  object: z.string(),
  hosts: z.array(z.string()),
  role: z.enum(['answers', 'asked', 'aside']),
  why: z.string(),
})

const Entry = z.strictObject({
  object: z.string(),
  entry: z.string(),
  outcome: z.enum(['takes', 'passes', 'otherCaller', 'behind']),
  why: z.array(z.string()),
})

/** One place where the request may come in: a port of a gateway, or a caller inside the mesh. */
export const DoorExplanation = z.strictObject({
  /** Gateways that the proxy serves there: `Gateway shop/public`; none for a caller inside the mesh. */
  gateways: z.array(z.string()),
  namespace: z.string(),
  port: z.number().int(),
  scheme: z.enum(['http', 'https']),
  /** Ready pods of the gateway; absent inside the mesh, and where they may not be seen. */
  proxies: z.number().int().optional(),
  /** The virtual host that has the request. */
  domain: z.string().optional(),
  candidates: z.array(Candidate),
  entries: z.array(Entry),
  answer: Answer,
  effects: z.array(Effect),
  /** Why proxies refuse this configuration, so that a former one is in force. */
  notInForce: z.string().optional(),
})
export type DoorExplanation = z.infer<typeof DoorExplanation>

/** What `sluice explain --output json` prints. */
export const Explanation = z.strictObject({
  request: z.strictObject({ method: z.string(), host: z.string(), path: z.string(), headers: z.record(z.string(), z.string()) }),
  doors: z.array(DoorExplanation),
  /** The run whose mark is on objects that decide here. */
  runs: z.array(z.strictObject({ execution: z.string(), objects: z.array(z.string()) })),
  /** What could not be seen, and why. */
  unseen: z.array(z.strictObject({ what: z.string(), why: z.string() })),
})
export type Explanation = z.infer<typeof Explanation>
