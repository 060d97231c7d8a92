import type { Place } from '#base/index.ts'

/** A text of YAML documents that something rendered: our templates, and one day a Helm chart or a kustomization. */
export interface RenderedFile {
  /** The name told in places that cannot be traced further. */
  readonly file: string
  readonly text: string
  /** The text that a person wrote under that name. */
  readonly written: string
  /** The place in a person's file that a character of the text comes from, where that is known. */
  origin(offset: number): Place | undefined
}

/** Turns a place in the rendered text into the place in the file that a person wrote; it stays as it is where that is not known. */
export function tracer(rendered: RenderedFile): (place: Place) => Place {
  const starts = [0, ...[...rendered.text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  return place => rendered.origin((starts[place.line - 1] ?? 0) + place.column - 1) ?? place
}
