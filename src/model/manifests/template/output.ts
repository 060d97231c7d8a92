import type { Place } from '#base/index.ts'
import { placeIn, type Source } from './source.ts'

/** A piece of rendered text and where it comes from: plain text runs along with its source, a value comes from its action as a whole. */
interface Piece {
  readonly start: number
  readonly source: Source
  readonly at: number
  readonly plain: boolean
}

/** Go's mark for no value. Helm takes it out of whatever it has rendered to the end, but not out of what `include` gives. */
const noValue = '<no value>'

/** The text that a template writes, with the origin of every character. */
export interface Output {
  /** Text of the template itself (`plain`), or what one of its actions gave. */
  write(text: string, source: Source, at: number, plain: boolean): void
  /** What a pipeline without a value gives. */
  writeNoValue(source: Source, at: number): void
  text(): string
  length(): number
  /** The place in a template that a character of the text comes from; undefined in an empty text. */
  origin(offset: number): Place | undefined
}

export function newOutput(kind: 'final' | 'included'): Output {
  const pieces: Piece[] = []
  let text = ''
  const write: Output['write'] = (written, source, at, plain) => {
    const more = kind === 'final' ? written.replaceAll(noValue, '') : written
    if (more === '') return
    pieces.push({ start: text.length, source, at, plain })
    text += more
  }
  return {
    write,
    writeNoValue: (source, at) => write(noValue, source, at, false),
    text: () => text,
    length: () => text.length,
    origin(offset) {
      const piece = pieces[Math.max(0, lastAtOrBefore(pieces, offset))]
      return piece && placeIn(piece.source, piece.plain ? piece.at + Math.max(0, offset - piece.start) : piece.at)
    },
  }
}

/** Pieces stand in order, so the last one that begins at or before a character is found by halving. */
function lastAtOrBefore(pieces: readonly Piece[], offset: number): number {
  let low = 0
  let high = pieces.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((pieces[middle]?.start ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return low - 1
}
