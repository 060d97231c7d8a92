import type { Around, Facts } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { listed } from './text.ts'

/**
 * Whether the server would take the patches that bring users back. It proves rights and admission as they are now, no more. A missing right
 * is told once, with the steps that need it.
 */
export function wayBackFindings({ subject, around }: Facts): readonly PreflightFinding[] {
  return subject.first ? firstFindings : triedFindings(around)
}

const firstFindings = [ok('wayBack', 'a first deployment: a failure removes what it created')]

/** The same where it is known what was tried; nothing is there before a first deployment. */
export function triedFindings({ wayBack, rights }: Pick<Around, 'wayBack' | 'rights'>): readonly PreflightFinding[] {
  if (wayBack.length === 0) return firstFindings
  const refused = wayBack.filter(tried => tried.refused !== undefined)
  if (refused.length === 0) return [ok('wayBack', `dry-run on the server: ${listed(wayBack.map(({ object }) => object))}`)]
  const told = rights.is === 'asked' && rights.missing.length > 0
  return refused
    .filter(({ forbidden }) => !(told && forbidden))
    .map(({ object, refused: words = '' }) => objection('wayBack', 'refuse', failures.WAY_BACK_REFUSED({ object, words })))
}
