import { watchRelease } from '#protocol/index.ts'
import type { DriftView } from '#protocol/http/index.ts'
import { iso, type Sight } from './sight.ts'

/** What others did to what the execution wrote, as its watches found it, the oldest first. */
export function driftView({ engine }: Sight): DriftView {
  const found = engine.calls.flatMap(({ type, output, endedAt, lane }) => {
    const seen = type === watchRelease.type && endedAt !== undefined ? watchRelease.output.safeParse(output) : undefined
    if (!seen?.success || !seen.data.drift || endedAt === undefined) return []
    const { says, drift, putBack = false, owner, rule } = seen.data
    const who = { ...(owner === undefined ? {} : { owner }), ...(rule === undefined ? {} : { rule }) }
    return [{ at: iso(endedAt), release: lane.slice('watch/'.length), says, drift, putBack, ...who }]
  })
  return { execution: engine.row.id, found }
}
