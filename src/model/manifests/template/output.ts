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
export class Output {
  text = ''
  readonly #pieces: Piece[] = []
  readonly #final: boolean

  constructor(kind: 'final' | 'included') {
    this.#final = kind === 'final'
  }

  write(written: string, source: Source, at: number, plain: boolean): void {
    const text = this.#final ? written.replaceAll(noValue, '') : written
    if (text === '') return
    this.#pieces.push({ start: this.text.length, source, at, plain })
    this.text += text
  }

  /** Writes what a pipeline without a value gives. */
  writeNoValue(source: Source, at: number): void {
    this.write(noValue, source, at, false)
  }

  /** The place in a template that a character of the text comes from; undefined in an empty text. */
  origin(offset: number): Place | undefined {
    const piece = this.#pieces[Math.max(0, this.#indexAt(offset))]
    return piece && placeIn(piece.source, piece.plain ? piece.at + Math.max(0, offset - piece.start) : piece.at)
  }

  /** The last piece that begins at or before a character: pieces stand in order, so it is found by halving. */
  #indexAt(offset: number): number {
    let low = 0
    let high = this.#pieces.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#pieces[middle]?.start ?? 0) <= offset) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
