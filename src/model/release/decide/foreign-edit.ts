import { releaseFailures } from '../failures.ts'
import { write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { isBare } from './shares.ts'
import { isForeign, type Terms } from './terms.ts'

/** Their roll is stopped where it would replace pods with weight; their template is never overwritten; then a person is asked. */
export function foreignEdit(v: View, terms: Terms): Move | undefined {
  if (!isForeign(v.stable.version)) return undefined
  if (v.stable.rolling && !isBare(v)) return write({ change: 'pause', paused: true })
  return askAboutEdit(terms)
}

/** Users are safe where they are; what becomes of the edit is a person's to say. */
export function askAboutEdit(terms: Terms): Move {
  return { is: 'ask', question: releaseFailures.FOREIGN_EDIT({ workload: terms.stable }).message, answers: ['retry', 'keepEdit'] }
}
