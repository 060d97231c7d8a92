import { z } from 'zod'
import { ResolvedWorkflow } from '#model/workflow/index.ts'

/**
 * Starts a run of a definition that is bound to its manifests. `contents` holds every text that the definition's hashes name.
 * The same `key` twice starts one run: the second answer names the first.
 */
export const StartExecution = z
  .object({
    key: z.string().min(1).max(200).describe('Idempotency key, chosen by the client.'),
    // A definition holds JSON of any depth, which the generator of the document cannot follow; `type` keeps it from trying.
    workflow: ResolvedWorkflow.meta({
      type: 'object',
      description: 'A resolved workflow, format 1, as `sluice plan --output json` prints it.',
    }),
    manifests: z
      .record(z.string(), z.string())
      .describe('Per release id the hash of its rendered manifests; per path of an apply step that of its rendered files.'),
    contents: z.record(z.string(), z.string()).describe('The texts, by their SHA-256 in hex.'),
    plan: z.string().optional().describe('Hash of the plan that was agreed to.'),
    supersede: z
      .boolean()
      .optional()
      .describe('Send back whoever has a release of this run, and begin once they are back; without it the start is refused.'),
    who: z.string().min(1),
  })
  .meta({ id: 'StartExecution' })
export type StartExecution = z.infer<typeof StartExecution>

/**
 * Brings the release back which ran before the present one. While the run of the present one is under way, it goes back; else a run is
 * started from what the host keeps of the former one.
 */
export const StartRollback = z
  .object({
    key: z.string().min(1).max(200).describe('Idempotency key, chosen by the client.'),
    service: z.string().min(1),
    infrastructure: z.string().optional().describe('Only there; without it wherever the last run of the service was.'),
    namespace: z.string().optional().describe('Only there: where releases of one name were run in several.'),
    supersede: z.boolean().optional(),
    who: z.string().min(1),
  })
  .meta({ id: 'StartRollback' })
export type StartRollback = z.infer<typeof StartRollback>

export const ExecutionStarted = z
  .object({
    id: z.string(),
    existed: z.boolean().describe('The key was used before: this is the run that it started.'),
    versions: z.object({ from: z.string(), to: z.string() }).optional().describe('Of a rollback.'),
    returning: z
      .object({ warm: z.boolean().describe('The former version has all its pods: going back is a change of the route.') })
      .optional()
      .describe('Of a rollback whose service had a run under way: no run was started, that one goes back.'),
    behind: z.array(z.string()).optional().describe('Executions that go back first, because this one supersedes them.'),
  })
  .meta({ id: 'ExecutionStarted' })
export type ExecutionStarted = z.infer<typeof ExecutionStarted>
