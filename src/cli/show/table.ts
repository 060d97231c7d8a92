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

/** Cut to so many columns, with an ellipsis; texts with colours are left whole when they fit, plain when they are cut. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text
  return `${stripVTControlCharacters(text).slice(0, Math.max(0, columns - 1))}…`
}
