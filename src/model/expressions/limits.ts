// The work that one expression can cause is bounded:
// 1. its source is short, and its brackets are not nested deep, so reading it is quick;
// 2. a loop (`map`, `filter`, `all`, …) never stands within a loop, so the work grows with the data and not with its square;
// 3. functions that make texts from texts stop at a size, so no chain of them explodes;
// 4. patterns are RE2's, which take linear time;
// 5. what comes out is counted while it is read.
import { expressions } from './failures.ts'

/** Characters of one expression. The longest sensible conditions have some hundreds. */
export const longestSource = 2000
/** Brackets within brackets. */
export const deepestNesting = 30
/** Characters of a text that an expression makes: a values file's line may be long, a megabyte is a mistake. */
const longestText = 65_536
/** Values that one expression gives, those within lists and objects counted. */
export const mostValues = 10_000

/** Stops an evaluation that would make a text of so many characters. */
export function bounded(length: number): void {
  if (length > longestText) throw new Error(`makes a text of more than ${longestText} characters`)
}

/** What forbids this source before anybody parses it. */
export function sourceLimit(source: string): ReturnType<typeof expressions.LIMIT> | undefined {
  if (source.length > longestSource)
    return expressions.LIMIT({ says: `Expression ${source.slice(0, 40)}…: is longer than ${longestSource} characters` })
  let depth = 0
  for (const char of source) {
    if ('([{'.includes(char)) depth++
    else if (')]}'.includes(char)) depth--
    if (depth > deepestNesting)
      return expressions.LIMIT({ says: `Expression ${source.slice(0, 40)}…: nests brackets more than ${deepestNesting} deep` })
  }
  return undefined
}
