/**
 * Most manifests are simple: mappings and lists in lines, with values in one line. They are read here in a tenth of the parser's time.
 * 1. What is read here is what the parser and value-of.ts make of the same text, without any problem.
 * 2. Whatever is not certainly of this form (anchors, tags, texts over several lines, signs beyond ASCII, keys that are not text, a second
 *    key of one name, anything wrong) is not read here at all.
 */
import type { Json } from '#base/index.ts'
import { plainScalar } from './plain-scalar.ts'

export interface SimpleDocument {
  readonly value: Json
  /** Where the value begins, from 1. */
  readonly line: number
  readonly column: number
}

interface Line {
  readonly indent: number
  readonly text: string
  readonly number: number
}

/** The lines of one document that are not blank and no comment, and how far they have been read. */
interface Reading {
  readonly lines: readonly Line[]
  next: number
}

/** Thrown where a text is not simple: the parser reads it. */
class NotSimple extends Error {}

/** Below what the stack carries, above what anybody nests. */
const deepest = 60
/** YAML ends simple keys at 1,024 characters. */
const longestLine = 1000

/** The documents of a text, without empty ones; undefined where it is not simple throughout. */
export function simpleDocuments(text: string): readonly SimpleDocument[] | undefined {
  if (/[^\n\x20-\x7e]/.test(text)) return undefined
  try {
    return chunks(text).map(lines => {
      const reading = { lines, next: 0 }
      const [{ indent, number } = notSimple()] = lines
      const value = mapping(reading, indent, 0)
      if (reading.next < lines.length) notSimple()
      return { value, line: number, column: indent + 1 }
    })
  } catch (error) {
    if (error instanceof NotSimple) return undefined
    throw error
  }
}

function notSimple(): never {
  throw new NotSimple()
}

function chunks(text: string): readonly (readonly Line[])[] {
  let current: Line[] = []
  const found = [current]
  for (const [index, line] of text.split('\n').entries()) {
    const indent = line.search(/[^ ]/)
    if (indent < 0 || line[indent] === '#') continue
    if (line.startsWith('---') || line.startsWith('...')) {
      if (line !== '---') notSimple()
      found.push((current = []))
    } else {
      if (line.length > longestLine) notSimple()
      current.push({ indent, text: line.slice(indent).trimEnd(), number: index + 1 })
    }
  }
  return found.filter(lines => lines.length > 0)
}

const keyForm = /^(?:([A-Za-z_][\w./-]*)|"([\w./ -]*)"|'([\w./ -]*)'):(?: +(.*))?$/
const isItem = (text: string): boolean => text === '-' || text.startsWith('- ')

/** What stands in deeper lines than `above`. */
function below(reading: Reading, above: number, depth: number): Json {
  const line = reading.lines[reading.next]
  if (!line || line.indent <= above) return null
  if (depth > deepest) notSimple()
  return isItem(line.text) ? list(reading, line.indent, depth + 1) : mapping(reading, line.indent, depth + 1)
}

function mapping(reading: Reading, indent: number, depth: number): Json {
  const entries = new Map<string, Json>()
  for (let line = lineAt(reading, indent); line && !isItem(line.text); line = lineAt(reading, indent)) {
    const { key, rest } = pair(line.text)
    if (entries.has(key)) notSimple()
    reading.next++
    entries.set(key, rest === '' || rest.startsWith('#') ? underKey(reading, indent, depth) : scalar(rest))
  }
  return Object.fromEntries(entries)
}

function pair(text: string): { readonly key: string; readonly rest: string } {
  const [, plain, double, single, rest = ''] = keyForm.exec(text) ?? notSimple()
  if (plain !== undefined && plainScalar(plain).is !== 'text') notSimple()
  return { key: plain ?? double ?? single ?? '', rest }
}

/** A list may stand as far left as its key. */
function underKey(reading: Reading, indent: number, depth: number): Json {
  const line = reading.lines[reading.next]
  return line && line.indent === indent && isItem(line.text) ? list(reading, indent, depth) : below(reading, indent, depth)
}

function list(reading: Reading, indent: number, depth: number): Json {
  const items: Json[] = []
  for (let line = lineAt(reading, indent); line && isItem(line.text); line = lineAt(reading, indent)) {
    const rest = line.text.slice(1).trimStart()
    if (rest === '' || isItem(rest) || keyForm.test(rest)) items.push(nested(reading, line, rest, depth))
    else {
      reading.next++
      items.push(scalar(rest))
    }
  }
  return items
}

/** An item that is a collection: its first line begins behind the dash. */
function nested(reading: Reading, { indent, text, number }: Line, rest: string, depth: number): Json {
  if (rest === '') {
    reading.next++
    return below(reading, indent, depth)
  }
  const inside = { indent: indent + text.length - rest.length, text: rest, number }
  ;(reading.lines as Line[])[reading.next] = inside
  return below(reading, indent, depth)
}

/** The next line, if it stands this far in; undefined where it stands further left. A line further in continues what we do not read. */
function lineAt(reading: Reading, indent: number): Line | undefined {
  const line = reading.lines[reading.next]
  if (line && line.indent > indent) notSimple()
  return line?.indent === indent ? line : undefined
}

const quotedForm = /^(?:"([^"\\]*)"|'([^']*)')(?: +#.*)?$/
/** No sign that means something to YAML at its start. */
const plainStart = /^(?:[\w./+$(~]|-[\w.])/

function scalar(written: string): Json {
  if (/^["']/.test(written)) {
    const [, double, single] = quotedForm.exec(written) ?? notSimple()
    return double ?? single ?? ''
  }
  const comment = written.indexOf(' #')
  const text = comment < 0 ? written : written.slice(0, comment).trimEnd()
  if (text === '{}') return {}
  if (text === '[]') return []
  if (!plainStart.test(text) || text.includes(': ') || text.endsWith(':')) notSimple()
  return plainValue(text)
}

function plainValue(text: string): Json {
  const plain = plainScalar(text)
  if (plain.is === 'text') return text
  if (plain.is === 'null') return null
  if (plain.is === 'boolean') return plain.value
  if (plain.is === 'merge') return notSimple()
  const number = Number(plain.value)
  return Number.isFinite(number) && (plain.is === 'float' || Number.isSafeInteger(number)) ? number : notSimple()
}
