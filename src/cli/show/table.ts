import { stripVTControlCharacters } from 'node:util'

/** Columns as wide as their widest cell, two blanks between them; colours do not count. The last one is wrapped to the screen. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], columns: number): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map(row => width(row[column] ?? ''))))
  return all
    .flatMap(row => {
      const lead = row.slice(0, -1).map((cell, column) => `${padded(cell, widths[column] ?? 0)}  `)
      return hanging(lead.join(''), row.at(-1) ?? '', columns)
    })
    .join('\n')
}

export function width(text: string): number {
  return stripVTControlCharacters(text).length
}

export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)))
}

/** A blank at which no line is broken. */
const TIED = '\u00A0'
/** A number and its unit, which belong together. */
const UNITS = /(?<=\d) (?=(?:ms|s|m|h|d|%)(?!\w))/g

/** A text that is not broken into lines, such as a command. */
export function tied(text: string): string {
  return text.replaceAll(' ', TIED)
}

/** Words in lines of at most so many columns; a word that is longer stands alone. */
function linesOf(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.replaceAll(UNITS, TIED).split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && width(last) + 1 + width(word) <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map(line => line.trim().replaceAll(TIED, ' '))
}

/** Below this many columns words read badly: what leads them gets a line of its own. */
export const FEWEST = 40

/** What leads words by this little leads them on every screen. */
const SHORT = 4

/** Words behind something that leads them, wrapped to the width of the screen: nothing of them is ever cut off. */
export function hanging(lead: string, words: string, columns: number): readonly string[] {
  const room = columns - width(lead)
  const [first = '', ...others] = linesOf(words, Math.max(1, room))
  const beside = room >= FEWEST || width(lead) <= SHORT || others.length === 0
  if (beside) return [`${lead}${first}`.trimEnd(), ...others.map(line => `${' '.repeat(width(lead))}${line}`)]
  return [lead.trimEnd(), ...linesOf(words, Math.max(1, columns - 3)).map(line => `   ${line}`)]
}
