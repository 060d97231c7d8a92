import { z } from 'zod'

/** One row of a split: a side of the release, or a literal destination of the user's own. */
export const GoalRow = z.object({
  to: z.union([
    z.enum(['stable', 'canary']),
    z.object({ host: z.string(), subset: z.string().exactOptional(), port: z.number().int().exactOptional() }),
  ]),
  /** Whole percent; the rows of a split sum to 100. */
  weight: z.number().int().min(0).max(100),
})
export type GoalRow = z.infer<typeof GoalRow>

/** How many canary pods to begin with: a count, or a percentage of stable's pods (rounded half up, at least 1). */
export const Instances = z.union([z.object({ count: z.number().int().min(1) }), z.object({ percent: z.number().min(0).max(100) })])
export type Instances = z.infer<typeof Instances>

const Text = z.union([z.strictObject({ exact: z.string() }), z.strictObject({ prefix: z.string() }), z.strictObject({ regex: z.string() })])

/** Conditions on a request that must all hold. A cookie without a value only has to be there. */
export const RequestMatch = z.object({
  headers: z.record(z.string(), Text).exactOptional(),
  cookie: z.object({ name: z.string(), value: z.string().exactOptional() }).exactOptional(),
  uri: Text.exactOptional(),
  method: z.string().exactOptional(),
})
export type RequestMatch = z.infer<typeof RequestMatch>

/**
 * What an execution aims for. The delegate's loop gets there from wherever the cluster is; it looks at what is, never at what was done.
 * `returned` is the way back: users on the version of the snapshot first, then everything as it was. `now` takes everything at once.
 * `fixed`: the number of canary pods is the user's and is not raised to a share. `keepEdit`: a person has seen somebody else's edit of
 * the stable workload and wants it kept: it rolls out when the run lets go. `promotes`: the run has given the canary users who
 * are its own to keep, so that stable takes its version first, whatever the routes say by now. `headerRoute`: requests that fulfil one of the matches lead to the canary whatever its share; none takes the route of that name
 * away. `mirror`: copies of so many percent of the requests go to the canary; 0 takes the mirror away. `beside`: steps have changed objects beside
 * the traffic, which stay: the record forgets what they were.
 */
export const Goal = z.discriminatedUnion('to', [
  z.object({ to: z.literal('pinned') }),
  z.object({ to: z.literal('prepared'), instances: Instances, fixed: z.boolean() }),
  z.object({ to: z.literal('split'), rows: z.array(GoalRow).min(1), fixed: z.boolean() }),
  z.object({ to: z.literal('headerRoute'), name: z.string(), match: z.array(RequestMatch), fixed: z.boolean() }),
  z.object({ to: z.literal('mirror'), percent: z.number().int().min(0).max(100), allowUnsafeMethods: z.boolean(), fixed: z.boolean() }),
  z.object({ to: z.literal('promoted'), traffic: z.enum(['auto', 'canary', 'reset']) }),
  z.object({ to: z.literal('canaryRemoved'), keepEdit: z.boolean().exactOptional() }),
  z.object({
    to: z.literal('atRest'),
    promotes: z.boolean().exactOptional(),
    keepEdit: z.boolean().exactOptional(),
    beside: z.boolean().exactOptional(),
  }),
  z.object({ to: z.literal('returned'), now: z.boolean(), keepEdit: z.boolean().exactOptional() }),
])
export type Goal = z.infer<typeof Goal>

/** Percent that the last split of these gives to the canary. */
export function lastShare(goals: readonly Goal[]): number {
  const last = goals.findLast(goal => goal.to === 'split')
  return last?.rows.find(row => row.to === 'canary')?.weight ?? 0
}

/**
 * What ends a run that goes well. `share`: percent that its last split has given to the canary. A `first` deployment moves no traffic: whoever comes
 * finds the new version. `beside`: steps have changed objects beside the traffic.
 */
export function restGoal(
  { blueGreen }: { readonly blueGreen?: boolean },
  { share, first, beside }: { readonly share: number; readonly first: boolean; readonly beside: boolean },
): Goal {
  return { to: 'atRest', ...(blueGreen && (first || share > 0) ? { promotes: true } : {}), ...(beside ? { beside } : {}) }
}
