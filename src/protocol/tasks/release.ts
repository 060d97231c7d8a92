import { z } from 'zod'
import { Drift } from '#model/drift/index.ts'
import { Goal, ObjectsChange, Release, Snapshot } from '#model/release/index.ts'
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
    /** Steps by name, with what each will aim for, change beside the traffic and measure: the rights and the room that the run needs follow from it, and who must tell of requests. */
    steps: z
      .array(
        z.object({ name: z.string(), goals: z.array(Goal), change: ObjectsChange.exactOptional(), measures: z.boolean().exactOptional() }),
      )
      .exactOptional(),
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

/** Requests that went to one side over a time. `errors`: 5xx answers that the application made itself; `cut`: answers that were broken off. */
export const CountedSide = z.object({
  version: z.enum(['former', 'new', 'either', 'edited']),
  requests: z.number(),
  errors: z.number(),
  lost: z.number(),
  cut: z.number(),
  /** Answered for certain though the side had no share any more when they were sent. */
  wrong: z.number(),
  /** Answered after the share was gone, and perhaps sent before. */
  unsure: z.number(),
})
export type CountedSide = z.infer<typeof CountedSide>

/** What the proxies of a route counted between two looks at them. Shares are those at its end; `settled`: no other split was in force meanwhile. */
export const CountedInterval = z.object({
  from: z.string(),
  to: z.string(),
  stable: z.number(),
  canary: z.number(),
  settled: z.boolean(),
  sides: z.object({ stable: CountedSide, canary: CountedSide }),
  /** Lost without a pod that could have answered. */
  nowhere: z.number(),
  /** Answered by pods whose workload the proxies do not know. */
  unnamed: z.number(),
  /** For whose host and path the proxies knew no route, and for whose route they knew no cluster: of whatever host. */
  unrouted: z.number(),
  unclustered: z.number(),
  /** Why the counts are lower bounds; empty where they are exact. */
  missing: z.array(z.string()),
})
export type CountedInterval = z.infer<typeof CountedInterval>

/**
 * Requests of a release as its proxies counted them; `by` says which, `why` what keeps them from being counted. `outlived`: requests that were
 * still under way when the drain of their side ended by time.
 */
export const CountedTraffic = z.object({
  by: z.string(),
  why: z.string().exactOptional(),
  outlived: z.number().exactOptional(),
  intervals: z.array(CountedInterval),
})
export type CountedTraffic = z.infer<typeof CountedTraffic>

/** What every piece of work on a goal tells: its cost, the shares that the route had meanwhile, and the requests that were counted since the last telling. */
const told = {
  writes: z.number().int(),
  calls: z.number().int(),
  shares: z.array(Share).exactOptional(),
  traffic: CountedTraffic.exactOptional(),
}

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

/**
 * Stands while a route is split, and behind the roll of a plain release; ends when users are in danger, telling why. `side` has lost its last ready
 * endpoint (without a side: a workload of a plain release), or the route was edited. What it tells meanwhile is shown to whoever is waited for.
 */
export const watchRelease = defineTask({
  type: 'release/watch',
  /** `before`: field managers whose conflicting writes were told before. `fixed`: the number of canary pods does not follow stable's. `applies`: steps apply objects. */
  input: z.object({
    release: Release,
    snapshot: Snapshot,
    before: z.array(z.string()).exactOptional(),
    fixed: z.boolean().exactOptional(),
    applies: z.boolean().exactOptional(),
  }),
  /** `noted`: nothing that matters, `followed`: the canary was scaled with stable, watch on; `drift`: somebody writes against the run. */
  output: z.object({
    found: z.enum(['sideLost', 'foreignEdit', 'imagesDiffer', 'rejected', 'noted', 'followed', 'drift']),
    side: z.enum(['stable', 'canary']).optional(),
    says: z.string(),
    drift: z.array(Drift).exactOptional(),
    endangers: z.boolean().exactOptional(),
    putBack: z.boolean().exactOptional(),
    owner: z.string().exactOptional(),
    rule: z.string().exactOptional(),
  }),
})
