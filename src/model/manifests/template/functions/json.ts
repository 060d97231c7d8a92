// JSON as Go's encoding/json writes it.
import { byCodePoint, isDict, isInt, isList, isNil, type Dict, type Value } from '../value.ts'

export interface JsonStyle {
  /** Go writes <, > and & as escapes, so that JSON may stand in HTML. */
  readonly escapeHtml: boolean
  /** One value a line, two spaces a level. */
  readonly pretty: boolean
}

/** The value as JSON: keys in order, numbers as JavaScript and Go both write them; undefined where a number is none. */
export function goJson(value: Value, style: JsonStyle, level = 0): string | undefined {
  if (isList(value)) return value.unmade ? 'null' : joined('[', ']', listParts(value.items, style, level), style, level)
  if (isDict(value)) return joined('{', '}', dictParts(value, style, level), style, level)
  if (isInt(value)) return value.value.toString()
  if (typeof value === 'string') return jsonText(value, style)
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : Number.isFinite(value) ? String(value) : undefined
  return isNil(value) ? 'null' : String(value)
}

function joined(open: string, close: string, parts: readonly (string | undefined)[], style: JsonStyle, level: number): string | undefined {
  if (parts.includes(undefined)) return undefined
  if (parts.length === 0 || !style.pretty) return open + parts.join(',') + close
  const line = `\n${'  '.repeat(level)}`
  return `${open}${parts.map(part => `${line}  ${part}`).join(',')}${line}${close}`
}

function listParts(items: readonly Value[], style: JsonStyle, level: number): readonly (string | undefined)[] {
  return items.map(item => goJson(item, style, level + 1))
}

function dictParts(value: Dict, style: JsonStyle, level: number): readonly (string | undefined)[] {
  const entries = [...value.entries].toSorted(([a], [b]) => byCodePoint(a, b))
  return entries.map(([key, each]) => {
    const text = goJson(each, style, level + 1)
    return text === undefined ? undefined : `${jsonText(key, style)}:${style.pretty ? ' ' : ''}${text}`
  })
}

function jsonText(text: string, style: JsonStyle): string {
  // A byte that is no UTF-8 stands as an escape.
  const parts = text.split(/[\ud800-\udfff]/u).map(part => JSON.stringify(part).slice(1, -1))
  const escaped = `"${parts.join('\\ufffd').replaceAll(/[\u2028\u2029]/g, hex)}"`
  return style.escapeHtml ? escaped.replaceAll(/[<>&]/g, hex) : escaped
}

const hex = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
