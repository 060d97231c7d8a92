// Sprig: texts. Lengths and positions count bytes, as Go's do.
import { bytesOf, sliceBytes } from '../bytes.ts'
import { quote } from '../quote.ts'
import { byCodePoint, dict, isNil, list, type Int, type Value } from '../value.ts'
import { textOfAny, textsOf } from './convert.ts'
import { refuse, takes, takesMore, type Functions } from './function.ts'

/** White space as Go's strings.TrimSpace knows it. */
const space = String.raw`[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`
const spaceAround = new RegExp(`^${space}+|${space}+$`, 'g')

/** Sprig repeats and indents as far as memory goes; no manifest is that long. */
const mostCharacters = 16 * 1024 * 1024

function times(text: string, count: bigint): string {
  if (count < 0n) return refuse(`cannot repeat ${count} times`)
  return count * BigInt(text.length) > mostCharacters
    ? refuse(`would give more than ${mostCharacters} characters`)
    : text.repeat(Number(count))
}

function indent(width: Int, text: string): string {
  const pad = times(' ', width.value)
  return pad + text.replaceAll('\n', `\n${pad}`)
}

/** Takes characters of a set off both ends. */
function trimAll(set: string, text: string): string {
  const characters = [...text]
  const outside = new Set(set)
  const start = characters.findIndex(character => !outside.has(character))
  const end = characters.findLastIndex(character => !outside.has(character))
  return start === -1 ? '' : characters.slice(start, end + 1).join('')
}

/** Go's strings.Title: the first letter of every word; letters, digits and _ make words. */
function title(text: string): string {
  return text.replaceAll(/(?<![\p{L}\p{Nd}_])\p{L}/gu, letter => letter.toUpperCase())
}

function trunc(count: Int, text: string): string {
  const length = bytesOf(text).length
  const at = Number(count.value)
  if (at < 0) return length + at > 0 ? sliceBytes(text, length + at) : text
  return length > at ? sliceBytes(text, 0, at) : text
}

function substr(start: number, end: number, text: string): string {
  const { length } = bytesOf(text)
  if (start > length || (start >= 0 && end >= 0 && end < start))
    return refuse(`there is no part from ${start} to ${end} in ${length} bytes`)
  if (start < 0) return sliceBytes(text, 0, end)
  return end < 0 || end > length ? sliceBytes(text, start) : sliceBytes(text, start, end)
}

/** Go's strings.Split: an empty separator parts all characters. */
const splitAt = (separator: string, text: string): string[] => (separator === '' ? [...text] : text.split(separator))

function splitFirst(separator: string, count: number, text: string): string[] {
  const parts = splitAt(separator, text)
  if (count === 0) return []
  return count < 0 || parts.length <= count ? parts : [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)]
}

const numbered = (parts: readonly string[]): Value =>
  dict(
    parts.map((part, index) => [`_${index}`, part]),
    'string',
  )

export const strings: Functions = {
  toString: takes(['any'], ([value]) => textOfAny(value)),
  toStrings: takes(['any'], ([value]) => list(textsOf(value), 'string')),
  quote: takesMore([], 'any', (_, values) =>
    values
      .filter(value => !isNil(value))
      .map(value => quote(textOfAny(value)))
      .join(' '),
  ),
  squote: takesMore([], 'any', (_, values) =>
    values
      .filter(value => !isNil(value))
      .map(value => `'${textOfAny(value)}'`)
      .join(' '),
  ),
  upper: takes(['string'], ([text]) => text.toUpperCase()),
  lower: takes(['string'], ([text]) => text.toLowerCase()),
  title: takes(['string'], ([text]) => title(text)),
  trim: takes(['string'], ([text]) => text.replaceAll(spaceAround, '')),
  trimAll: takes(['string', 'string'], ([set, text]) => trimAll(set, text)),
  trimall: takes(['string', 'string'], ([set, text]) => trimAll(set, text)),
  trimSuffix: takes(['string', 'string'], ([end, text]) => (text.endsWith(end) ? text.slice(0, text.length - end.length) : text)),
  trimPrefix: takes(['string', 'string'], ([start, text]) => (text.startsWith(start) ? text.slice(start.length) : text)),
  replace: takes(['string', 'string', 'string'], ([from, to, text]) => text.replaceAll(from, () => to)),
  contains: takes(['string', 'string'], ([part, text]) => text.includes(part)),
  hasPrefix: takes(['string', 'string'], ([start, text]) => text.startsWith(start)),
  hasSuffix: takes(['string', 'string'], ([end, text]) => text.endsWith(end)),
  repeat: takes(['int', 'string'], ([count, text]) => times(text, count.value)),
  trunc: takes(['int', 'string'], ([count, text]) => trunc(count, text)),
  substr: takes(['int', 'int', 'string'], ([start, end, text]) => substr(Number(start.value), Number(end.value), text)),
  indent: takes(['int', 'string'], ([width, text]) => indent(width, text)),
  nindent: takes(['int', 'string'], ([width, text]) => `\n${indent(width, text)}`),
  split: takes(['string', 'string'], ([separator, text]) => numbered(splitAt(separator, text))),
  splitn: takes(['string', 'int', 'string'], ([separator, count, text]) => numbered(splitFirst(separator, Number(count.value), text))),
  splitList: takes(['string', 'string'], ([separator, text]) => list(splitAt(separator, text), 'string')),
  join: takes(['string', 'any'], ([separator, value]) => textsOf(value).join(separator)),
  cat: takesMore([], 'any', (_, values) =>
    values
      .filter(value => !isNil(value))
      .map(textOfAny)
      .join(' '),
  ),
  sortAlpha: takes(['any'], ([value]) => list(textsOf(value).toSorted(byCodePoint), 'string')),
}
