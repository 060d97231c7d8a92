import type { Flags } from './flags.ts'

/** What Go counts as printable: letters, marks, numbers, punctuation, symbols, and the space. */
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u

const escapes: Readonly<Record<number, string>> = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 92: '\\\\' }

/** Go's strconv.Quote; with + only ASCII, with # in backquotes where these can hold the text. */
export function quote(text: string, flags: Pick<Flags, 'plus' | 'sharp'> = { plus: false, sharp: false }): string {
  if (flags.sharp && !/[^\t\x20-\u{10ffff}]|[`\x7f\ufeff\ud800-\udfff]/u.test(text)) return `\`${text}\``
  return `"${Array.from(text, character => (character === '"' ? '\\"' : escaped(character, flags.plus))).join('')}"`
}

/** Go's strconv.QuoteRune. */
export function quoteRune(code: number, flags: Pick<Flags, 'plus'>): string {
  const character = String.fromCodePoint(code)
  return `'${character === "'" ? "\\'" : escaped(character, flags.plus)}'`
}

function escaped(character: string, ascii: boolean): string {
  const code = character.codePointAt(0) ?? 0
  const known = escapes[code]
  if (known !== undefined) return known
  // A byte that is no UTF-8 (bytes.ts).
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`
  if ((!ascii || code < 0x80) && printable.test(character)) return character
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`
}
