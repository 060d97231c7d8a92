import type { KubernetesObject } from '#base/index.ts'
import { withValueAt } from './leaves.ts'

/**
 * Key of the record's data: executions that have let the release go, the last one first, a line each (`k3f9 2026-11-26T12:00:00.000Z`). It
 * outlives the records of runs. Whoever stands here begins nothing more, and a Lease that it holds is nobody's.
 */
export const ENDED = 'ended'

/** How many are kept: what a run has sent lands, or is refused, long before so many others have come and gone. */
const KEPT = 20

function linesOf(record: KubernetesObject | undefined): readonly string[] {
  const data = (record?.['data'] ?? {}) as Readonly<Record<string, string | undefined>>
  return (data[ENDED] ?? '').split('\n').filter(line => line !== '')
}

/** Executions that are over, as the record of their release says. */
export function endedIn(record: KubernetesObject | undefined): readonly string[] {
  return linesOf(record).flatMap(line => line.split(' ')[0] ?? [])
}

/** The record with one more execution that is over. */
export function withEnd(record: KubernetesObject, execution: string, at: string): KubernetesObject {
  return withValueAt(record, ['data', ENDED], [`${execution} ${at}`, ...linesOf(record)].slice(0, KEPT).join('\n'))
}
