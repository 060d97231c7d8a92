import { z } from 'zod'
import { ExecutionView } from './execution-view.ts'

/** One event of an execution's journal, in words. */
export const LogLine = z
  .object({
    seq: z.number().int().describe('Number of the event in the journal; rises.'),
    at: z.iso.datetime(),
    level: z.enum(['info', 'warn', 'error']),
    step: z.string().optional().describe('Path of the step it is about.'),
    says: z.string(),
  })
  .meta({ id: 'LogLine' })
export type LogLine = z.infer<typeof LogLine>

export const ExecutionLog = z.object({ lines: z.array(LogLine) }).meta({ id: 'ExecutionLog' })
export type ExecutionLog = z.infer<typeof ExecutionLog>

/**
 * What the live view of one execution sends, as server-sent events named by `type`. `line` has the journal's number as its id, so a
 * reader that comes back with Last-Event-ID misses none; `view` is the whole view after each change, progress included; `end` is the last.
 */
export const LiveEvent = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('line'), line: LogLine }),
    z.object({ type: z.literal('view'), view: ExecutionView }),
    z.object({ type: z.literal('end') }),
  ])
  .meta({ id: 'LiveEvent' })
export type LiveEvent = z.infer<typeof LiveEvent>
