import { z } from 'zod'
import { AnyJson } from '#model/json/index.ts'
import { Drift } from '#model/drift/index.ts'

/** What others did to what an execution wrote. */
export const DriftView = z
  .object({
    execution: z.string(),
    found: z.array(
      z.object({
        at: z.iso.datetime().describe('When it was found.'),
        release: z.string(),
        says: z.string(),
        drift: z.array(Drift.extend({ base: json(), ours: json(), live: json() })),
        putBack: z.boolean().describe('The weights of the run were put back at once.'),
        owner: z.string().exactOptional().describe('Who deploys the object beside Sluice.'),
        rule: z.string().exactOptional().describe('What to paste there, so that it leaves alone what runs write.'),
      }),
    ),
  })
  .meta({ id: 'DriftView' })
export type DriftView = z.infer<typeof DriftView>

// JSON of any depth, which the generator of the document cannot follow; `type` keeps it from trying.
function json() {
  return AnyJson.meta({ type: 'object', description: 'Any JSON value; left out where there is nothing.' }).exactOptional()
}
