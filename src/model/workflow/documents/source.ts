import type { Json, Place } from '#base/index.ts'
import type { YamlDocument } from '#model/documents/index.ts'
import type { TreePath } from '#model/expressions/index.ts'

export const kinds = ['Service', 'Environment', 'Infrastructure', 'Workflow'] as const
export type DocumentKind = (typeof kinds)[number]

/** A parsed document with the places of what it says. */
export interface Placed {
  /** What is written at a path; undefined where nothing is. */
  readonly at: (path: TreePath) => Json | undefined
  readonly place: YamlDocument['place']
  /** The place of a character of the text at `path`, whatever its quotes and folds, as well as it can be told. */
  readonly placeInText: (path: TreePath, character: number) => Place
}

/** One of Sluice's documents as it stands in its file: nothing evaluated, nothing filled in. */
export interface Source extends Placed {
  readonly kind: DocumentKind
  readonly name: string
  /** For messages: `Workflow canary`. */
  readonly title: string
  readonly spec: Json
}

/** A document's face, with the text of its file at hand. */
export function placed(document: YamlDocument, fileText: string): Placed {
  const at = (path: TreePath): Json | undefined => partOf(document.value, path)
  return {
    at,
    place: document.place,
    placeInText: (path, character) => placeInText(document.place(path), fileText, String(at(path)), character),
  }
}

export function sourceOf(document: YamlDocument, kind: DocumentKind, name: string, fileText: string): Source {
  const source = placed(document, fileText)
  return { ...source, kind, name, title: `${kind} ${name}`, spec: source.at(['spec']) ?? null }
}

function partOf(tree: Json, path: TreePath): Json | undefined {
  let value: Json | undefined = tree
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Readonly<Record<string | number, Json | undefined>>)[part]
  }
  return value
}

/**
 * Walks from the scalar's first character in the file to the expression of the decoded text that holds the character: quotes, escapes and
 * folds may stand between, but never change the number of `${` before it.
 */
function placeInText(start: Place, file: string, decoded: string, character: number): Place {
  const opening = decoded.lastIndexOf('${', character)
  const before = decoded.slice(0, Math.max(opening, 0)).split('${').length - 1
  const from = offsetOf(start, file)
  let at = from - 2
  for (let i = 0; i <= before; i++) at = file.indexOf('${', at + 2)
  if (opening < 0 || from < 0 || at < from || file[from] === '*') return start
  for (let i = opening; i < character; i++) at = behind(file, at, decoded[i])
  return placeOf(start.file, file, toward(file, at, decoded[character]))
}

/** The offset behind one decoded character: folds and indentation are blanks that were not decoded, an escape has two characters. */
function behind(file: string, at: number, decoded: string | undefined): number {
  const found = toward(file, at, decoded)
  if (file[found] === decoded) return found + 1
  return file[at] === '\\' || file[at] === "'" ? at + 2 : at + 1
}

/** Over blanks, to the character that is looked for. */
function toward(file: string, at: number, decoded: string | undefined): number {
  let found = at
  while (file[found] !== decoded && /\s/.test(file[found] ?? '')) found++
  return found
}

function offsetOf({ line, column }: Place, file: string): number {
  let at = 0
  for (let i = 1; i < line; i++) {
    const end = file.indexOf('\n', at)
    if (end < 0) return -1
    at = end + 1
  }
  return at + column - 1
}

function placeOf(name: string, file: string, offset: number): Place {
  const before = file.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { file: name, line: before.split('\n').length, column: offset - lineStart + 1 }
}
