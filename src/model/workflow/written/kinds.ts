// The four kinds of documents, each as its schema reads it.
import { z } from 'zod'
import { Strategy } from '../strategy.ts'
import type { FailureStrategy } from '../failure-strategy.ts'
import { workflow } from '../failures.ts'
import { failureStrategy } from './failure-strategy.ts'
import { choice, complain, dnsName, duration, fields, fixedWords, flag, leaf, reference, words } from './leaf.ts'
import { phase, type WrittenPhase } from './phase.ts'
import { path } from './path.ts'
import { prometheus } from './prometheus.ts'
import { cookieName } from './request-match.ts'
import { settle } from './step.ts'
import { byName, values, variable, type Variable } from './variables.ts'

const metadata = fields({ name: reference, description: words.optional() })
const document = <S extends z.ZodType>(spec: S) => fields({ apiVersion: fixedWords, kind: fixedWords, metadata, spec })

const paths = z.array(path)

/** An image repository, without tag and digest: the run brings these. */
export const repository = leaf({
  wants: 'an image without tag and digest, such as ghcr.io/acme/cart',
  shapes: ['text'],
  read: written =>
    typeof written === 'string' && /^[a-z0-9]+([._:/-]+[a-z0-9]+)*$/.test(written) && !/:[^/]*$|@/.test(written) ? written : undefined,
})

const notYet = (what: string) =>
  z.unknown().transform((_, context) => {
    complain(context, { tell: where => workflow.NOT_YET({ where, what, instead: 'manifests' }) })
    return z.NEVER
  })

const production = leaf({
  wants: 'true or false',
  shapes: [],
  read: written => (typeof written === 'boolean' ? written : undefined),
})

const strategy = leaf({
  wants: Strategy.options.join(' or '),
  shapes: [],
  read: written => Strategy.safeParse(written).data,
})

const isNames = (written: unknown): written is string[] =>
  Array.isArray(written) && written.length > 0 && written.every(each => typeof each === 'string' && each.trim() !== '')

const routes: z.ZodType<'all' | string[]> = leaf({
  wants: 'all, or a list of the names of http routes',
  shapes: ['text', 'list'],
  read: written => (written === 'all' || isNames(written) ? written : undefined),
})

const managed: z.ZodType<'all' | string[]> = leaf({
  wants: 'all, or a list of the names of managed routes',
  shapes: ['text', 'list'],
  read: written => (written === 'all' || isNames(written) ? written : undefined),
})

const cluster = fields({ context: words.optional(), kubeconfig: words.optional(), inCluster: flag.optional() }).superRefine(
  ({ context, kubeconfig, inCluster }, refined) => {
    if (!inCluster || (context === undefined && kubeconfig === undefined)) return
    const is = 'both inCluster and a kubeconfig'
    complain(refined, { tell: where => workflow.WRONG_VALUE({ where, is, wants: 'one of the two' }) })
  },
)

/** A cookie outlives the longest release that anybody would run, and not much else. */
const cookieAge = 86_400_000

const stickySession = fields({
  cookie: cookieName.describe('Name of the cookie.'),
  maxAge: duration(1000).default(cookieAge),
}).transform(({ cookie, maxAge }) => ({ cookie, maxAge: Math.round(maxAge / 1000) }))

export const Service = document(
  fields({
    image: repository.optional().describe('Repository without tag; containers with it get the tag or digest of the run.'),
    manifests: paths.min(1).describe('Files, folders and patterns, relative to the folder of the application.'),
    helm: notYet('Helm charts cannot be deployed yet, plain manifests with Go templates can').optional(),
    kustomize: notYet('kustomizations cannot be deployed yet, plain manifests with Go templates can').optional(),
    values: paths.default([]),
    variables: values.default({}),
    managed: managed.optional().describe('Which managed routes are split, where the manifests hold several.'),
    routes: routes.optional().describe('Which http routes are split, where a route object has several.'),
    isolate: flag.optional(),
    stickySession: stickySession
      .optional()
      .describe('Users stay on the version that they were drawn to while the share of the canary rises.'),
    workload: dnsName.optional().describe('Which Deployment the release is about, where several could be meant.'),
    subsets: fields({ stable: dnsName.default('stable'), canary: dnsName.default('canary') }).default({
      stable: 'stable',
      canary: 'canary',
    }),
  }),
)
export type Service = z.infer<typeof Service>

export const Environment = document(
  fields({
    production: production.default(false).describe('Production asks for more to be stated.'),
    values: paths.default([]),
    variables: values.default({}),
    bypass: choice('accept', 'refuse')
      .optional()
      .describe('Callers that reach the pods past the managed route: accept them, or refuse to run.'),
    services: z.record(z.string(), fields({ values: paths.default([]), variables: values.default({}) })).default({}),
  }).default({ production: false, values: [], variables: {}, services: {} }),
)
export type Environment = z.infer<typeof Environment>

/** Long enough for requests under way, where nobody can count them. */
const drainByDefault = 30_000

export const Infrastructure = document(
  fields({
    environment: reference.describe('Name of its Environment.'),
    cluster: cluster.describe('A context of the kubeconfig, or the cluster in which the delegate runs.'),
    namespace: dnsName.describe('Where it is released; must exist.'),
    releaseName: dnsName.optional().describe('Names the record in the cluster; service and infrastructure where left out.'),
    delegates: z.array(words).default([]).describe('Selectors: a delegate must have all of them.'),
    settle: settle.default({ mode: 'auto' }).describe('How it is known that every proxy has a change.'),
    drain: duration().default(drainByDefault).describe('How long pods without traffic are kept for requests under way.'),
    remoteEndpoints: choice('accept', 'refuse').optional(),
    prometheus: prometheus
      .optional()
      .describe('A Prometheus that scrapes the proxies of the mesh: counts requests that gateways do not see.'),
  }),
)
export type Infrastructure = z.infer<typeof Infrastructure>

/** A workflow's spec as written. */
export interface WorkflowSpec {
  readonly strategy: Strategy
  readonly service: string
  readonly infrastructure?: string | undefined
  readonly variables: Readonly<Record<string, Variable>>
  readonly onFailure?: FailureStrategy | undefined
  readonly phases: readonly WrittenPhase[]
}

const spec: z.ZodType<WorkflowSpec> = fields({
  strategy: strategy.describe('How a new version comes in.'),
  service: reference.describe('What is released: the name of a Service of this application.'),
  infrastructure: reference.optional().describe('Where all phases run; a phase may name its own.'),
  variables: byName(variable).default({}),
  onFailure: failureStrategy.optional().describe('What the failure of a step leads to.'),
  phases: z.array(phase).min(1).describe('In the order in which they run.'),
})
export const Workflow = document(spec)
export type Workflow = z.infer<typeof Workflow>
