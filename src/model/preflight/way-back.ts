import type { Facts } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { listed } from './text.ts'

/** Whether the server would take the patches that bring users back. It proves rights and admission as they are now, no more. */
export function wayBackFindings({ subject, around: { wayBack } }: Facts): readonly PreflightFinding[] {
  if (subject.first) return [ok('wayBack', 'a first deployment: a failure removes what it created')]
  const refused = wayBack.flatMap(({ object, refused: words }) =>
    words === undefined ? [] : [objection('wayBack', 'refuse', failures.WAY_BACK_REFUSED({ object, words }))],
  )
  return refused.length > 0 ? refused : [ok('wayBack', `dry-run on the server: ${listed(wayBack.map(({ object }) => object))}`)]
}
