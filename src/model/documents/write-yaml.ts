/**
 * 1. What is written is what kubectl and helm write (go-yaml 2): keys in natural order, lists not indented below their key, `|` for lines.
 * 2. What is written is read back as the same value.
 */
import { floatText } from './float-text.ts'
import { naturalOrder } from './natural-order.ts'
import { doubleQuoted, folded, literal, scalarStyle, singleQuoted, type Layout } from './scalar-style.ts'

/** What can be written: JSON, and whole numbers of any size. */
export type Writable = null | boolean | number | bigint | string | readonly Writable[] | { readonly [key: string]: Writable | undefined }

export interface WriteOptions {
  /** Column behind which long one-line texts are continued in the next line: helm and kubectl take 80. Without it they stay whole. */
  readonly foldAt?: number
}

/** A longer key does not fit the simple `key: value` form (YAML allows more, libyaml's writers do not). */
const longestSimpleKey = 128

/** The value as YAML, ending with a line break. */
export function writeYaml(value: Writable, options: WriteOptions = {}): string {
  const foldAt = options.foldAt ?? Number.POSITIVE_INFINITY
  return `${node(value, { indent: typeof value === 'string' ? 2 : 0, column: 0, foldAt })}\n`
}

/** `indent` is where a collection would begin its lines, and what continued lines of a text stand behind. */
function node(value: Writable, at: Layout): string {
  if (Array.isArray(value)) return list(value as readonly Writable[], at)
  if (typeof value === 'object' && value !== null) return mapping(value as { readonly [key: string]: Writable }, at)
  return typeof value === 'string' ? text(value, at) : number(value)
}

function number(value: null | boolean | number | bigint): string {
  if (typeof value !== 'number') return String(value)
  // As JSON writes it; what does not fit 64 bits, go-yaml takes for a float.
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64 ? String(value === 0 ? 0 : value) : floatText(value)
}

function text(value: string, at: Layout): string {
  const style = scalarStyle(value, 'value')
  if (style === 'literal') return literal(value, at.indent)
  if (style === 'double') return doubleQuoted(value, at)
  return style === 'single' ? singleQuoted(value, at) : folded(value, at)
}

function list(items: readonly Writable[], at: Layout): string {
  if (items.length === 0) return '[]'
  const inside = { ...at, indent: at.indent + 2, column: at.indent + 2 }
  return items.map(item => `- ${node(item, inside)}`).join(lineAt(at.indent))
}

function mapping(value: { readonly [key: string]: Writable | undefined }, at: Layout): string {
  const keys = Object.keys(value)
    .filter(key => value[key] !== undefined)
    .toSorted(naturalOrder)
  if (keys.length === 0) return '{}'
  return keys.map(key => pair(key, value[key] ?? null, at)).join(lineAt(at.indent))
}

function pair(key: string, value: Writable, at: Layout): string {
  if (key.includes('\n') || isLong(key)) {
    const inside = { ...at, indent: at.indent + 2, column: at.indent + 2 }
    return `? ${text(key, inside)}${lineAt(at.indent)}: ${node(value, inside)}`
  }
  const style = scalarStyle(key, 'key')
  const whole = { indent: 0, column: 0, foldAt: Number.POSITIVE_INFINITY }
  const name = style === 'double' ? doubleQuoted(key, whole) : style === 'single' ? singleQuoted(key, whole) : key
  return `${name}:${under(value, { ...at, column: at.indent + name.length + 1 })}`
}

/** A character is 3 bytes at most for each of its units. */
function isLong(key: string): boolean {
  return 3 * key.length > longestSimpleKey && new TextEncoder().encode(key).length > longestSimpleKey
}

/** What follows `key:`; collections begin in the next line, lists at the indentation of their key. */
function under(value: Writable, at: Layout): string {
  if (Array.isArray(value) && value.length > 0) return lineAt(at.indent) + list(value as readonly Writable[], at)
  const inside = { ...at, indent: at.indent + 2, column: at.column + 1 }
  const filled = typeof value === 'object' && value !== null && Object.values(value).some(each => each !== undefined)
  return filled ? lineAt(inside.indent) + node(value, inside) : ` ${node(value, inside)}`
}

const lineAt = (indent: number): string => `\n${' '.repeat(indent)}`
