import { z } from 'zod'
import { Drift } from '#model/drift/index.ts'
import { Goal, Release, Snapshot } from '#model/release/index.ts'
import { defineTask } from './task.ts'

/** Something found before the first write: `refuse` stops the run, `warn` and `unknown` are told. */
export const Finding = z.object({
  level: z.enum(['refuse', 'warn', 'unknown']),
  code: z.string(),
  message: z.string(),
  todo: z.string(),
})
export type Finding = z.infer<typeof Finding>

/** Looks at a release before its first write. Writes nothing (a server-side dry run apart). */
export const inspectRelease = defineTask({
  type: 'release/inspect',
  input: z.object({
    release: Release,
    /** Steps by name, with what each will aim for: the rights and the room that the run needs follow from it. */
    steps: z.array(z.object({ name: z.string(), goals: z.array(Goal) })).exactOptional(),
  }),
  output: z.object({
    snapshot: Snapshot,
    findings: z.array(Finding),
    settle: z.object({ how: z.enum(['acknowledged', 'seconds']), why: z.string() }),
  }),
})

/** What the route said at a moment: declared shares in percent, `next` that of the new version wherever it runs by then, and whether every proxy that it concerns had them. */
export const Share = z.object({
  at: z.string(),
  stable: z.number(),
  canary: z.number(),
  foreign: z.number(),
  next: z.number(),
  acknowledged: z.boolean(),
})
export type Share = z.infer<typeof Share>

/** What every piece of work on a goal tells: its cost, and the shares that the route had meanwhile. */
const told = { writes: z.number().int(), calls: z.number().int(), shares: z.array(Share).exactOptional() }

/** How reaching a goal ended. `asks`: users are safe, a person must decide; each answer is one of `answers`. */
export const Reached = z.discriminatedUnion('is', [
  z.object({ is: z.literal('reached'), says: z.string(), ...told }),
  z.object({ is: z.literal('asks'), question: z.string(), answers: z.array(z.string()), ...told }),
])
export type Reached = z.infer<typeof Reached>

/** Brings a release to a goal, from wherever it is. `number` fences: a higher one stops every lower one. */
export const reachGoal = defineTask({
  type: 'release/reach-goal',
  input: z.object({ release: Release, snapshot: Snapshot, goal: Goal, number: z.number().int().min(1) }),
  output: Reached,
})

/** Stands while a route is split; ends when users are in danger, telling why. `side` has lost its last ready endpoint, or the route was edited. */
export const watchRelease = defineTask({
  type: 'release/watch',
  /** `before`: field managers whose conflicting writes were told before. */
  input: z.object({ release: Release, snapshot: Snapshot, before: z.array(z.string()).exactOptional() }),
  /** `noted`: nothing that matters, watch on; `drift`: somebody writes against the run. */
  output: z.object({
    found: z.enum(['sideLost', 'foreignEdit', 'rejected', 'noted', 'drift']),
    side: z.enum(['stable', 'canary']).optional(),
    says: z.string(),
    drift: z.array(Drift).exactOptional(),
    endangers: z.boolean().exactOptional(),
    putBack: z.boolean().exactOptional(),
    owner: z.string().exactOptional(),
    rule: z.string().exactOptional(),
  }),
})
