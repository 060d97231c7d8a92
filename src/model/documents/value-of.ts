/**
 * 1. The value is what sigs.k8s.io/yaml makes of the same text, merge keys at their place included: a key before `<<` is overridden by it.
 * 2. Every problem is reported, and reading goes on: one pass finds all of them.
 * 3. An alias shares the value of its anchor, and counts as many values as that holds: expansion is bounded before it happens.
 */
import { isAlias, isMap, isScalar, isSeq, type Alias, type Document, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml'
import { problemOf, type Failure, type Json, type Place, type Problem } from '#base/index.ts'
import { documents as failures } from './failures.ts'
import { isMerge, isPlain, keyText } from './key.ts'
import { plainScalar } from './plain-scalar.ts'
import { taggedScalar, type ScalarValue } from './tagged-scalar.ts'

/** Values that aliases may add: far above honest use, far below what hurts. */
const expansionLimit = 100_000

interface Report {
  problem(problem: Problem): void
  place(offset: number): Place
  /** The file's length, where its last line has no end: a block scalar that ends there has no line break at its end either. */
  readonly openEnd: number | undefined
}

interface Reading extends Report {
  readonly document: Document
  readonly anchors: Map<string, { value: Json; size: number }>
  /** Anchors whose value is being read: an alias to one of them is a circle. */
  readonly open: Set<string>
  read: number
  expanded: number
}

/** The plain value of a parsed document; null for an empty one. */
export function valueOf(document: Document.Parsed, report: Report): Json {
  const reading: Reading = { ...report, document, anchors: new Map(), open: new Set(), read: 0, expanded: 0 }
  return node(reading, document.contents)
}

function tell(reading: Reading, failure: Failure, at: Node | null, severity?: Problem['severity']): null {
  reading.problem(problemOf(failure, reading.place(at?.range?.[0] ?? 0), severity))
  return null
}

function node(reading: Reading, from: Node | null): Json {
  if (from === null) return null
  if (isAlias(from)) return alias(reading, from)
  const before = reading.read + reading.expanded
  reading.read++
  if (from.anchor === undefined) return bare(reading, from)
  reading.open.add(from.anchor)
  const value = bare(reading, from)
  reading.open.delete(from.anchor)
  reading.anchors.set(from.anchor, { value, size: reading.read + reading.expanded - before })
  return value
}

function bare(reading: Reading, from: Node): Json {
  if (isScalar(from)) return scalar(reading, from)
  if (isMap(from)) return mapping(reading, from)
  return isSeq(from) ? from.items.map(item => node(reading, item as Node)) : null
}

function alias(reading: Reading, from: Alias): Json {
  if (reading.open.has(from.source)) return tell(reading, failures.ANCHOR_CIRCLE({ anchor: from.source }), from)
  const anchored = reading.anchors.get(from.source)
  if (!anchored) return tell(reading, failures.ANCHOR_UNKNOWN({ anchor: from.source }), from)
  if (reading.expanded > expansionLimit) return null
  reading.expanded += anchored.size
  if (reading.expanded > expansionLimit) return tell(reading, failures.ANCHOR_EXPANSION({ limit: expansionLimit }), from)
  return anchored.value
}

function mapping(reading: Reading, from: YAMLMap): Json {
  const entries = new Map<string, Json>()
  const written = new Map<string, Node | null>()
  for (const { key, value } of from.items as Pair<Node | null, Node | null>[]) {
    if (isMerge(key)) {
      merge(reading, value, entries)
      continue
    }
    const name = keyName(reading, key)
    const inside = node(reading, value)
    if (name === undefined) continue
    const first = written.get(name)
    if (first !== undefined) {
      tell(reading, failures.DUPLICATE_KEY({ key: name, line: reading.place(first?.range?.[0] ?? 0).line }), key)
    }
    written.set(name, key)
    entries.set(name, inside)
  }
  return Object.fromEntries(entries)
}

function keyName(reading: Reading, key: Node | null): string | undefined {
  // An anchor at a key can be named later, as any other.
  if (key?.anchor !== undefined) node(reading, key)
  const name = keyText(reading.document, key)
  if (name === undefined) {
    const is = isMap(key) ? 'a mapping' : isSeq(key) ? 'a list' : 'null'
    tell(reading, failures.KEY_NOT_TEXT({ is }), key)
  } else if (isScalar(key) && isPlain(key) && name !== key.value && /^(?:true|false)$/.test(name)) {
    tell(reading, failures.BOOLEAN_KEY({ key: String(key.value), becomes: name }), key, 'warning')
  }
  return name
}

function merge(reading: Reading, from: Node | null, into: Map<string, Json>): void {
  const merged = node(reading, from)
  const sources = Array.isArray(merged) ? (merged as readonly Json[]) : [merged]
  // Of several sources the first has the last word.
  for (const source of sources.toReversed()) {
    if (typeof source !== 'object' || source === null || Array.isArray(source)) {
      tell(
        reading,
        failures.MERGE({ is: source === null ? 'null' : Array.isArray(source) ? 'a list' : `the ${typeof source} ${String(source)}` }),
        from,
      )
      continue
    }
    for (const [key, value] of Object.entries(source)) into.set(key, value as Json)
  }
}

function scalar(reading: Reading, from: Scalar): Json {
  const text = textOf(reading, from)
  if (from.tag !== undefined) return tagged(reading, from, text)
  return isPlain(from) ? json(reading, from, plainScalar(text), text) : text
}

function textOf(reading: Reading, from: Scalar): string {
  const text = from.source ?? String(from.value)
  const block = from.type === 'BLOCK_LITERAL' || from.type === 'BLOCK_FOLDED'
  return block && reading.openEnd !== undefined && (from.range?.[1] ?? 0) >= reading.openEnd ? text.replace(/\n$/, '') : text
}

function tagged(reading: Reading, from: Scalar, text: string): Json {
  const tag = String(from.tag)
  const value = taggedScalar(tag, text)
  if (value === 'unknown tag') return tell(reading, failures.TAG_UNKNOWN({ tag }), from, 'warning') ?? text
  if (value === 'not of this tag') return tell(reading, failures.TAG({ tag: tag.replace('tag:yaml.org,2002:', '!!'), text }), from)
  return json(reading, from, value, text)
}

function json(reading: Reading, from: Scalar, value: ScalarValue, text: string): Json {
  if (value.is === 'null') return null
  if (value.is === 'text') return value.value ?? text
  if (value.is === 'merge') return text
  if (value.is === 'boolean') return value.value
  const number = Number(value.value)
  if (!Number.isFinite(number)) return tell(reading, failures.NUMBER_NOT_JSON({ text }), from)
  if (value.is === 'int' && !Number.isSafeInteger(number)) {
    tell(reading, failures.NUMBER_INEXACT({ text, becomes: String(number) }), from, 'warning')
  }
  return number
}
