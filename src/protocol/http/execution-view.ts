import { z } from 'zod'
import { Waiting } from '../tasks/waiting.ts'
import { FailureRecord } from '../failure.ts'

const time = z.iso.datetime()

/**
 * Where an execution stands.
 * `waiting`: a person is needed. `paused`: a person stopped it between two steps. `returning`: the way back is under way.
 * `done`: the new version runs. `returned`: it failed or was aborted, and users are on the old version.
 * `stranded`: the way back could not be finished by itself (it goes on trying until a person steps in).
 * `refused`: nothing was written. `broken`: a bug of Sluice stopped it.
 */
export const ExecutionStatus = z
  .enum(['running', 'waiting', 'paused', 'returning', 'done', 'returned', 'stranded', 'refused', 'broken'])
  .meta({ id: 'ExecutionStatus' })
export type ExecutionStatus = z.infer<typeof ExecutionStatus>

/** Exit codes as docs/guide tells them; absent while nobody can say yet. */
export const ExitCode = z.union([0, 1, 2, 3, 4, 5, 70].map(code => z.literal(code))).meta({ id: 'ExitCode' })
export type ExitCode = z.infer<typeof ExitCode>

export const StepStatus = z
  .enum(['pending', 'running', 'waiting', 'done', 'skipped', 'failed', 'ignored', 'stopped'])
  .meta({ id: 'StepStatus' })
export type StepStatus = z.infer<typeof StepStatus>

/** One line of what people see: a step, or one of the things that Sluice does around the steps (look first, clean up, way back). */
export const StepView = z
  .object({
    path: z.string().describe('Its name in the journal, as in `canary/deploy/1`: what `retry` and `skip` take.'),
    name: z.string(),
    type: z.string(),
    status: StepStatus,
    started: time.optional(),
    ended: time.optional(),
    attempt: z.number().int().min(0),
    says: z.string().optional().describe('The latest word about it, one line.'),
    waiting: Waiting.optional(),
    failure: FailureRecord.optional(),
    irreversible: z.boolean().optional().describe('Once it has begun a failure holds and asks: nothing goes back by itself.'),
  })
  .meta({ id: 'StepView' })
export type StepView = z.infer<typeof StepView>

export const SectionView = z.object({ name: z.string(), steps: z.array(StepView) }).meta({ id: 'SectionView' })
export type SectionView = z.infer<typeof SectionView>

export const PhaseView = z
  .object({ id: z.string(), name: z.string(), release: z.string(), sections: z.array(SectionView) })
  .meta({ id: 'PhaseView' })
export type PhaseView = z.infer<typeof PhaseView>

/** A question to a person. `answers` are what `sluice resume --answer` takes. */
export const QuestionView = z
  .object({
    id: z.string(),
    step: z.string().describe('Path of the step that asks.'),
    question: z.string(),
    answers: z.array(z.object({ name: z.string(), means: z.string() })),
    waiting: Waiting,
  })
  .meta({ id: 'QuestionView' })
export type QuestionView = z.infer<typeof QuestionView>

/** A service in an infrastructure, from the version that ran to the version that comes. */
export const ReleaseView = z
  .object({
    id: z.string(),
    name: z.string(),
    service: z.string(),
    environment: z.string(),
    infrastructure: z.string(),
    namespace: z.string(),
    fromVersion: z.string().optional().describe('Absent on a first deployment, and until it has been looked at.'),
    toVersion: z.string(),
    settle: z.object({ how: z.enum(['acknowledged', 'seconds']), why: z.string() }).optional(),
    split: z
      .object({ stable: z.number(), canary: z.number(), foreign: z.number(), acknowledged: z.boolean() })
      .optional()
      .describe('Weights as declared at the route, in percent; absent while it is not split.'),
    toldApart: z
      .array(z.string())
      .optional()
      .describe('Header routes and mirrors that lead to the canary beside its share, each in one line.'),
    findings: z.array(z.object({ level: z.enum(['refuse', 'warn', 'unknown']), code: z.string(), message: z.string(), todo: z.string() })),
  })
  .meta({ id: 'ReleaseView' })
export type ReleaseView = z.infer<typeof ReleaseView>

/** What a person did, and when. */
export const ActView = z
  .object({ at: time, who: z.string(), did: z.string(), step: z.string().optional(), why: z.string().optional() })
  .meta({ id: 'ActView' })
export type ActView = z.infer<typeof ActView>

/** An execution in a list. */
export const ExecutionSummary = z
  .object({
    id: z.string(),
    application: z.string(),
    workflow: z.string(),
    service: z.string(),
    status: ExecutionStatus,
    says: z.string().describe('One line: what it does, or how it ended.'),
    waiting: Waiting.optional(),
    started: time,
    ended: time.optional(),
    exit: ExitCode.optional(),
    releases: z.array(ReleaseView),
  })
  .meta({ id: 'ExecutionSummary' })
export type ExecutionSummary = z.infer<typeof ExecutionSummary>

/** An execution as people see it, computed from its journal and the latest progress of its tasks. */
export const ExecutionView = ExecutionSummary.extend({
  definition: z.string().describe('Hash of the pinned definition.'),
  plan: z.string().optional().describe('Hash of the plan that was agreed to.'),
  who: z.string(),
  phases: z.array(PhaseView),
  around: z.array(StepView).describe('What Sluice does around the steps: look first, clean up, the way back.'),
  irreversible: z
    .string()
    .optional()
    .describe('Name of the irreversible step that has begun: from it on only a person takes the run back.'),
  question: QuestionView.optional(),
  acts: z.array(ActView),
  failure: FailureRecord.optional().describe('Why it did not end well.'),
  writes: z.number().int().describe('Object writes so far.'),
  calls: z.number().int().describe('API calls so far.'),
  version: z.number().int().describe('Rises with every change of the journal.'),
}).meta({ id: 'ExecutionView' })
export type ExecutionView = z.infer<typeof ExecutionView>
