import type { Json } from '#base/index.ts'
import { literalRow } from '#model/application/index.ts'
import type { GoalRow } from '#model/release/index.ts'
import { LiteralDestination, TrafficSplit, type SplitRow } from '#model/workflow/index.ts'
import { readDocuments } from '#model/documents/index.ts'
import { steps } from './failures.ts'
import { defineStep, done, type StepRun } from './step.ts'

/** Gives every destination its share of the requests, with pods for it, and waits until every proxy has it. Repeating it overwrites the split. */
export const trafficSplit = defineStep({
  type: 'trafficSplit',
  input: TrafficSplit,
  needsTraffic: true,

  async run(step, { virtualService, rows }) {
    await checkName(step, virtualService)
    const goalRows: GoalRow[] = []
    for (const [index, row] of rows.entries()) goalRows.push({ to: await destination(step, row, index), weight: row.weight })
    return done(await step.goal('split', { to: 'split', rows: goalRows, fixed: step.fixed }))
  },
})

/** A run holds one VirtualService of a release; what only the run can evaluate must turn out to be that one. */
export async function checkName({ step, release, evaluate }: StepRun, name: TrafficSplit['virtualService']): Promise<void> {
  if (name === undefined || typeof name === 'string') return
  const typed = String(await evaluate('virtual service', name.later))
  if (release.virtualService !== undefined && typed !== release.virtualService)
    throw steps.OTHER_VIRTUAL_SERVICE({ step: step.name, typed, held: release.virtualService })
}

async function destination(step: StepRun, { to }: SplitRow, index: number): Promise<GoalRow['to']> {
  if (typeof to === 'string') return to
  if (!('later' in to)) return literalRow(to)
  return readValue(step, await step.evaluate(`row ${index + 1}`, to.later))
}

/** What an expression gave: a side by its destination or its name, or a destination that the workflow names. */
function readValue({ step, destinations, release }: StepRun, value: Json): GoalRow['to'] {
  const side = (['canary', 'stable'] as const).find(each => value === each || value === destinations[each])
  if (side) return side
  const written = typeof value === 'string' ? readDocuments(value, step.name).documents[0]?.value : value
  const read = LiteralDestination.safeParse(written)
  const row = read.success ? literalRow(read.data) : undefined
  // Which rows are ours must be known before the first write: a destination that nobody declared could be somebody else's.
  if (row && release.literals.some(known => JSON.stringify(literalRow(known)) === JSON.stringify(row))) return row
  throw steps.ROW_UNREADABLE({ step: step.name, text: typeof value === 'string' ? value : JSON.stringify(value) })
}
