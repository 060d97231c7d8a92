import { z } from 'zod'
import { ExecutionStatus, StepStatus } from './execution-view.ts'

const time = z.iso.datetime()

/** From `at` on the route declared these shares, in percent; `acknowledged`: when every proxy that it concerns had them. */
export const ReportedShare = z
  .object({
    at: time,
    stable: z.number(),
    canary: z.number(),
    foreign: z.number(),
    next: z.number().describe('Of the new version, wherever it runs by then: after the roll in stable.'),
    acknowledged: time.optional().describe('Absent where it was overtaken before, or nothing was there to tell.'),
    step: z.string().describe('Path of the step that caused it.'),
    name: z.string().describe('Name of that step.'),
  })
  .meta({ id: 'ReportedShare' })
export type ReportedShare = z.infer<typeof ReportedShare>

/** Requests of one version over a time, as the gateways of its route counted them for a check. */
export const MeasuredVersion = z
  .object({ step: z.string(), name: z.string(), from: time, to: time, requests: z.number(), errors: z.number(), says: z.string() })
  .meta({ id: 'MeasuredVersion' })
export type MeasuredVersion = z.infer<typeof MeasuredVersion>

const count = z.number().int()

/** Requests of a time with one split, or between two, as proxies counted them. */
export const ReportedInterval = z
  .object({
    release: z.string(),
    from: time,
    to: time,
    stable: z.number().describe('Percent at its end.'),
    canary: z.number(),
    settled: z.boolean().describe('No other split was in force at any time of it.'),
    step: z.string().optional().describe('Path of the step that brought this split; absent before the first one.'),
    name: z.string().optional(),
    versions: z
      .array(
        z.object({
          side: z.enum(['stable', 'canary']),
          version: z.string().optional().describe('Absent where the side had pods of more than one version, or of one that is not known.'),
          requests: count,
          errors: count.describe('5xx answers that the application made itself.'),
          lost: count,
          cut: count.describe('Answers that were broken off.'),
          wrong: count,
          unsure: count.describe('Answered after the share was gone, and perhaps sent before.'),
        }),
      )
      .describe('Sides that got requests.'),
    lost: count,
    unrouted: count.describe('For whose host and path the proxies knew no route: not among the lost.'),
    unclustered: count.describe('For whose route the proxies knew no cluster, of whatever host: perhaps lost, and not among the lost.'),
    missing: z.array(z.string()).describe('Why its counts are lower bounds.'),
  })
  .meta({ id: 'ReportedInterval' })
export type ReportedInterval = z.infer<typeof ReportedInterval>

/** What happened to traffic in an execution. What nothing measured is said to be so. */
export const TrafficReport = z
  .object({
    execution: z.string(),
    application: z.string(),
    workflow: z.string(),
    service: z.string(),
    status: ExecutionStatus,
    says: z.string(),
    started: time,
    ended: time.optional(),
    releases: z.array(
      z.object({
        id: z.string(),
        fromVersion: z.string().optional(),
        toVersion: z.string(),
        settledBy: z.string().optional().describe('`acknowledged` or `seconds`: what stands behind `acknowledged` in the shares.'),
        shares: z.array(ReportedShare),
      }),
    ),
    steps: z.array(z.object({ path: z.string(), name: z.string(), status: StepStatus, started: time.optional(), ended: time.optional() })),
    measured: z.array(MeasuredVersion).describe('By checks; empty where there was none.'),
    countedBy: z.array(z.string()).describe('Proxies whose counts these are; empty where nothing was counted.'),
    intervals: z.array(ReportedInterval),
    requests: z.number().nullable().describe('All that were counted, of the whole run or else by checks; null: not measured.'),
    errors: z.number().nullable().describe('5xx answers that the application made itself; null: not measured.'),
    lost: z.number().nullable().describe('No answer that an application pod made; null: not measured.'),
    lostAtMost: z
      .number()
      .nullable()
      .describe('With those of any host that the proxies had a route for and no cluster; null: not measured.'),
    cut: z.number().nullable().describe('Answers that were broken off, among them streams that outlived a drain; null: not measured.'),
    wrongVersion: z.number().nullable().describe('Answered by a version without a share; null: not measured.'),
    notes: z.array(z.string()).describe('What the counts do not hold, for people: gaps, lower bounds, what could not be decided.'),
    writes: z.number().int(),
    calls: z.number().int(),
  })
  .meta({ id: 'TrafficReport' })
export type TrafficReport = z.infer<typeof TrafficReport>
