// What Go's text/template brings itself: printing, escaping, and reaching into values.
import { bytesOf } from '../bytes.ts'
import { sprint, sprintf, sprintln } from '../format.ts'
import { int, isDict, isInt, isList, isNil, typeOf, type Dict, type Value } from '../value.ts'
import { refuse, takes, takesMore, type Functions } from './function.ts'

/** What the escaping functions make of their arguments first. */
function argumentText(values: readonly Value[]): string {
  const [first] = values
  return values.length === 1 && typeof first === 'string' ? first : sprint(values.map(value => (isNil(value) ? '<no value>' : value)))
}

const htmlEscapes: Readonly<Record<string, string>> = { '\0': '\ufffd', '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const jsEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '"': '\\"' }

function jsEscape(character: string): string {
  const known = jsEscapes[character]
  if (known !== undefined) return known
  const code = character.codePointAt(0) ?? 0
  const plain = code >= 0x20 && !/[<>&=]/.test(character) && (code < 0x80 || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character))
  return plain ? character : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
}

function queryEscape(text: string): string {
  return Array.from(bytesOf(text), byte => {
    const character = String.fromCharCode(byte)
    if (/[\w.~-]/.test(character)) return character
    return character === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}

function length(value: Value): Value {
  if (typeof value === 'string') return int(bytesOf(value).length)
  if (isList(value)) return int(value.items.length)
  return isDict(value) ? int(value.entries.size) : refuse(`${typeOf(value)} has no length`)
}

function elementAt(from: Value, index: Value): Value {
  if (isNil(from)) return refuse('there is nothing to look into')
  if (isDict(from)) return entryAt(from, index)
  if (isList(from)) return itemAt(from.items, index)
  return typeof from === 'string'
    ? itemAt(
        Array.from(bytesOf(from), byte => int(byte, 'uint8')),
        index,
      )
    : refuse(`${typeOf(from)} has no elements`)
}

function entryAt(from: Dict, index: Value): Value {
  if (typeof index !== 'string') return refuse(`a key of a map is text, not ${typeOf(index)}`)
  return from.entries.get(index) ?? (from.of === 'string' ? '' : null)
}

function itemAt(items: readonly Value[], index: Value): Value {
  if (typeof index === 'number') return refuse('an index is a whole number, not float64: write `int` before it')
  if (!isInt(index)) return refuse(`an index is a whole number, not ${typeOf(index)}`)
  if (index.value < 0n || index.value >= BigInt(items.length)) return refuse(`index ${index.value} is beyond the ${items.length} elements`)
  return items[Number(index.value)]
}

export const builtin: Functions = {
  print: takesMore([], 'any', (_, values) => sprint(values)),
  println: takesMore([], 'any', (_, values) => sprintln(values)),
  printf: takesMore(['string'], 'any', ([form], values) => sprintf(form, values)),
  html: takesMore([], 'any', (_, values) => argumentText(values).replaceAll(/[\0"'&<>]/g, character => htmlEscapes[character] ?? '')),
  js: takesMore([], 'any', (_, values) => Array.from(argumentText(values), jsEscape).join('')),
  urlquery: takesMore([], 'any', (_, values) => queryEscape(argumentText(values))),
  len: takes(['any'], ([value]) => length(value)),
  index: takesMore(['any'], 'any', ([from], indexes) => {
    if (isNil(from)) refuse('there is nothing to look into')
    return indexes.reduce(elementAt, from)
  }),
}
