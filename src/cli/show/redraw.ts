import { width } from './table.ts'

/** Draws a text over the one before it. Of a text that is higher than the screen only its end is drawn: what has scrolled away stays. */
export function redrawing(screen: Pick<NodeJS.WriteStream, 'rows' | 'columns' | 'write'> = process.stdout): (text: string) => void {
  let drawn: readonly string[] = []
  return text => {
    // The screen may have become narrower since: what was drawn takes the rows that it takes now.
    const height = drawn.reduce((sum, line) => sum + rowsOf(line, screen.columns), 0)
    drawn = lastRows(text.split('\n'), screen)
    screen.write(`${height > 0 ? `\u001B[${height}A\r\u001B[J` : ''}${drawn.join('\n')}\n`)
  }
}

function lastRows(lines: readonly string[], { rows, columns }: { readonly rows: number; readonly columns: number }): readonly string[] {
  let left = Math.max(1, rows - 1)
  const at = lines.findLastIndex(line => (left -= rowsOf(line, columns)) < 0)
  return lines.slice(Math.min(at + 1, lines.length - 1))
}

/** A line that is wider than the screen goes on in the next row. */
const rowsOf = (line: string, columns: number): number => Math.max(1, Math.ceil(width(line) / columns))
