import { z } from 'zod'
import { AnyJson } from '#model/json/index.ts'
import { FailureStrategy } from './failure-strategy.ts'
import { Later } from './later.ts'
import { Strategy } from './strategy.ts'

const milliseconds = z.number().int().min(0)
const names = z.record(z.string(), AnyJson)

/** How arrival is known; times in milliseconds. What is left out is the delegate's default. */
export const Settle = z.strictObject({
  mode: z.enum(['auto', 'acknowledged', 'seconds']),
  /** Between two sides that both stay reachable. */
  shift: milliseconds.optional(),
  /** Before anything is removed, re-pointed or gets its first weight. */
  removal: milliseconds.optional(),
})
export type Settle = z.infer<typeof Settle>

/** One key of a Secret in the namespace of the release. */
const SecretKey = z.strictObject({ secret: z.string(), key: z.string() })

/** The image of the run. `image` is the whole reference; `version` is what people call it: the tag, a short digest, or `as written` where the run brings neither. */
export const Artifact = z.strictObject({
  repository: z.string().optional(),
  tag: z.string().optional(),
  digest: z.string().optional(),
  image: z.string().optional(),
  version: z.string(),
})
export type Artifact = z.infer<typeof Artifact>

/**
 * A step with every default filled in. `input` is what its type's schema (`steps/`) gives.
 * `path` is its name in the journal: phase, section and number, as in `canary/deploy/1`; it never changes within a definition.
 */
export const ResolvedStep = z.strictObject({
  path: z.string(),
  /** What people call it; the type's title where the user gave no name. */
  name: z.string(),
  type: z.string(),
  input: AnyJson,
  /** Milliseconds from its start to its failure. */
  timeout: milliseconds,
  /** Runs only where this is true; an expression that only the run can evaluate, or known already. */
  when: z.union([z.boolean(), Later]),
  /** The innermost strategy that applies: step, section, phase, workflow, else the default. */
  onFailure: FailureStrategy,
  /** A delegate must have all of them. */
  delegates: z.array(z.string()),
  settle: Settle,
  /** How long pods without traffic are kept, milliseconds; that of the infrastructure where left out. */
  drain: milliseconds.optional(),
  /** From here on a failure never goes back by itself: it holds and asks. */
  irreversible: z.boolean(),
})
export type ResolvedStep = z.infer<typeof ResolvedStep>

/** Steps in the order in which they run. `name` as written: deploy, verify, wrapUp, or the user's own. */
export const ResolvedSection = z.strictObject({ name: z.string(), when: z.union([z.boolean(), Later]), steps: z.array(ResolvedStep) })
export type ResolvedSection = z.infer<typeof ResolvedSection>

/** `release` names the one of `ResolvedWorkflow.releases` that its steps act on. */
export const ResolvedPhase = z.strictObject({
  id: z.string(),
  name: z.string(),
  release: z.string(),
  when: z.union([z.boolean(), Later]),
  sections: z.array(ResolvedSection),
  /** Run after the routing is back, when this phase began and is rolled back. */
  rollback: z.array(ResolvedStep),
})
export type ResolvedPhase = z.infer<typeof ResolvedPhase>

/** A service in an infrastructure: what the run releases, where, and how. */
export const ResolvedRelease = z.strictObject({
  /** Service and infrastructure, as in `cart@eu`: unique in the application. */
  id: z.string(),
  /** The release name: names the record in the cluster. */
  name: z.string(),
  service: z.string(),
  environment: z.string(),
  production: z.boolean(),
  infrastructure: z.string(),
  cluster: z.strictObject({ context: z.string().optional(), kubeconfig: z.string().optional(), inCluster: z.boolean().optional() }),
  namespace: z.string(),
  /** Selectors: a delegate must have all of them. */
  delegates: z.array(z.string()),
  settle: Settle,
  drain: milliseconds,
  bypass: z.enum(['accept', 'refuse']),
  /** Endpoints of the Service in other clusters; refused where it is left out. */
  remoteEndpoints: z.enum(['accept', 'refuse']).optional(),
  /** Asked for what proxies have counted; its `url` has no slash at its end. */
  prometheus: z
    .strictObject({
      url: z.string(),
      headers: z.record(z.string(), z.union([z.string(), SecretKey])),
      bearerToken: SecretKey.optional(),
      labels: z.record(z.string(), z.string()),
    })
    .optional(),
  workload: z.string().optional(),
  managed: z.union([z.array(z.string()), z.literal('all')]).optional(),
  routes: z.union([z.array(z.string()), z.literal('all')]).optional(),
  isolate: z.boolean().optional(),
  /** Users stay on their side by a cookie of this name and age (seconds). */
  sticky: z.strictObject({ cookie: z.string(), maxAge: z.number().int().min(1) }).optional(),
  subsets: z.strictObject({ stable: z.string(), canary: z.string() }),
  artifact: Artifact,
  /** Files, folders (ending in `/`) and patterns with `*`, relative to the application's folder. */
  manifests: z.array(z.string()),
  /** Values files in the order in which they are merged: later ones win. Their `${…}` are evaluated with `names`. */
  values: z.array(z.string()),
  /** What every name that is known before the run stands for: the scope of `${…}` in values files and in what only the run can evaluate. */
  names,
})
export type ResolvedRelease = z.infer<typeof ResolvedRelease>

/** All that a run needs of its definition, as plain JSON: every default filled in, every expression evaluated that can be before the run. */
export const ResolvedWorkflow = z.strictObject({
  /** Version of this shape. */
  format: z.literal(1),
  application: z.string(),
  name: z.string(),
  strategy: Strategy,
  service: z.string(),
  /** In the order of first use. Phases that share a release return together. */
  releases: z.array(ResolvedRelease).min(1),
  phases: z.array(ResolvedPhase).min(1),
})
export type ResolvedWorkflow = z.infer<typeof ResolvedWorkflow>
