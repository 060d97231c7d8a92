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
    requests: z.number().nullable().describe('All that were seen in measured times; null: not measured.'),
    lost: z.number().nullable().describe('No answer that an application pod made; null: not measured.'),
    wrongVersion: z.number().nullable().describe('Answered by a version without a share; null: not measured.'),
    writes: z.number().int(),
    calls: z.number().int(),
  })
  .meta({ id: 'TrafficReport' })
export type TrafficReport = z.infer<typeof TrafficReport>
