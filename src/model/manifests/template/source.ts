import type { Place } from '#base/index.ts'

/** The text of one template: what places are told in. */
export interface Source {
  readonly file: string
  readonly text: string
}

/** Line and column, from 1, of a character of a template. */
export function placeIn(source: Source, offset: number): Place {
  const before = source.text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { file: source.file, line: before.split('\n').length, column: offset - lineStart + 1 }
}
