import { z } from 'zod'
import { FailureRecord } from '../failure.ts'

/** What a host tells about itself. */
export const HostView = z
  .object({
    version: z.string(),
    pid: z.number().int(),
    folder: z.string().describe('The data folder that this host owns.'),
    store: z.enum(['embedded', 'memory']),
    startedAt: z.iso.datetime(),
    log: z.string().describe('Path of the log file.'),
    running: z.number().int().describe('Executions that have not ended.'),
    idleEndsAt: z.iso.datetime().optional().describe('When it ends by itself, if nothing is started until then.'),
    trouble: z
      .object({ failure: FailureRecord, since: z.iso.datetime() })
      .optional()
      .describe('Why nothing can be written down at the moment: executions stand still, whatever they say they wait for.'),
  })
  .meta({ id: 'HostView' })
export type HostView = z.infer<typeof HostView>

/** Asks a host to end. Executions stay where they are and go on with the next host. */
export const StopHost = z.object({ who: z.string().min(1) }).meta({ id: 'StopHost' })
export type StopHost = z.infer<typeof StopHost>
