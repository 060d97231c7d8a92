import { stripVTControlCharacters } from 'node:util'

/** Columns as wide as their widest cell, two blanks between them; colours do not count. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map(row => width(row[column] ?? ''))))
  return all
    .map(row =>
      row
        .map((cell, column) => padded(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function width(text: string): number {
  return stripVTControlCharacters(text).length
}

export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)))
}

/** Words in lines of at most so many columns; a word that is longer stands alone. */
function linesOf(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && width(last) + 1 + width(word) <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Below this many columns for words, what leads them gets a line of its own. */
const FEWEST = 30

/** Words behind something that leads them, wrapped to the width of the screen: nothing of them is ever cut off. */
export function hanging(lead: string, words: string, columns: number): readonly string[] {
  const room = columns - width(lead)
  if (room >= FEWEST) {
    const [first = '', ...others] = linesOf(words, room)
    return [`${lead}${first}`.trimEnd(), ...others.map(line => `${' '.repeat(width(lead))}${line}`)]
  }
  return [lead.trimEnd(), ...linesOf(words, Math.max(1, columns - 3)).map(line => `   ${line}`)]
}
