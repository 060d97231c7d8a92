import { z } from 'zod'

const who = z.string().min(1).describe('Who asks for it. A host on a Unix socket takes the word of its owner.')
const why = z.string().min(1).max(2000).optional()
const step = z.string().optional().describe('Path of a step; without it the one that waits.')

/** What a person may ask of a running execution. */
export const Command = z
  .discriminatedUnion('do', [
    z.object({ do: z.literal('approve'), step, who, why }),
    z.object({ do: z.literal('reject'), step, who, why }),
    z.object({ do: z.literal('answer'), answer: z.string().min(1), step, who, why }),
    z.object({ do: z.literal('pause'), who, why }),
    z.object({ do: z.literal('resume'), who, why }),
    z.object({ do: z.literal('retry'), step, who, why }),
    z.object({ do: z.literal('skip'), step, who, why }),
    z.object({
      do: z.literal('abort'),
      now: z.boolean().default(false).describe('All traffic at once, whatever stable can carry.'),
      who,
      why,
    }),
  ])
  .meta({ id: 'Command' })
export type Command = z.infer<typeof Command>

export const CommandTaken = z.object({ says: z.string() }).meta({ id: 'CommandTaken' })
export type CommandTaken = z.infer<typeof CommandTaken>
