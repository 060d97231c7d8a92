import type { LineCounter, Node, Pair, Document as YamlSyntax } from 'yaml'
import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Json, Place } from '#base/index.ts'
import { isMerge, keyText } from './key.ts'

/** Where a value stands in a document: `['spec', 'http', 0, 'route']`. */
export type YamlPath = readonly (string | number)[]

/** One document of a file: what it says, and where it says it. */
export interface YamlDocument {
  readonly file: string
  /** Anchors and merge keys are resolved; values behind aliases are shared, so treat it as read-only. */
  readonly value: Json
  /** The place of the value (or of its key) at `path`; where the path ends early, the key of the nearest parent that exists. */
  place(path: YamlPath, at?: 'key' | 'value'): Place
}

/** Builds the document's face from the syntax tree and the value made of it. */
export function yamlDocument(syntax: YamlSyntax.Parsed, value: Json, file: string, lines: LineCounter): YamlDocument {
  return {
    file,
    value,
    place: (path, at = 'value') => placeAt(find(syntax, path, at) ?? syntax.range[0], file, lines),
  }
}

/** The place of a character of a file. */
export function placeAt(offset: number, file: string, lines: LineCounter): Place {
  const { line, col } = lines.linePos(offset)
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
}

interface Found {
  readonly key: number | undefined
  readonly value: number | undefined
  readonly node: Node | null
}

function find(syntax: YamlSyntax.Parsed, path: YamlPath, at: 'key' | 'value'): number | undefined {
  let here: Found = { key: undefined, value: startOf(syntax.contents), node: syntax.contents }
  for (const part of path) {
    const next = step(syntax, here.node, part)
    if (!next) return here.key ?? here.value
    here = next
  }
  return at === 'key' ? (here.key ?? here.value) : (here.value ?? here.key)
}

function step(syntax: YamlSyntax.Parsed, from: Node | null, part: string | number): Found | undefined {
  const node = isAlias(from) ? (from.resolve(syntax) ?? null) : from
  if (isSeq(node)) {
    const item = node.items[Number(part)] as Node | undefined
    return item && { key: startOf(item), value: startOf(item), node: item }
  }
  if (!isMap(node)) return undefined
  const pairs = node.items as Pair<Node | null, Node | null>[]
  const pair = pairs.findLast(each => keyText(syntax, each.key) === String(part) && !isMerge(each.key))
  if (pair) return { key: startOf(pair.key), value: startOf(pair.value), node: pair.value }
  return pairs
    .filter(each => isMerge(each.key))
    .map(each => stepIntoMerged(syntax, each.value, part))
    .find(Boolean)
}

function stepIntoMerged(syntax: YamlSyntax.Parsed, merged: Node | null, part: string | number): Found | undefined {
  const node = isAlias(merged) ? (merged.resolve(syntax) ?? null) : merged
  const sources = isSeq(node) ? (node.items as Node[]) : [node]
  return sources.map(source => step(syntax, source, part)).find(Boolean)
}

function startOf(node: Node | null | undefined): number | undefined {
  if (!node?.range) return undefined
  // An empty value begins where its key ends: the caret belongs on the key.
  return isScalar(node) && node.range[0] === node.range[1] ? undefined : node.range[0]
}
