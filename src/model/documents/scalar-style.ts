import { plainScalar } from './plain-scalar.ts'

/** How a text is written so that kubectl and helm read it back as text; the choice is the one that they make themselves (go-yaml 2). */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal'

const base60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/
const clock = String.raw`(?:[01]?\d|2[0-3]):[0-5]?\d:[0-5]?\d(?:[.,]\d+)?`
const zone = String.raw`(?:Z|[-+](?:[01]\d|2[0-4]):(?:[0-5]\d|60))`
const timestamp = new RegExp(`^(\\d{4})-(\\d{1,2})-(\\d{1,2})(?:[Tt]${clock}${zone}| ${clock})?$`)
/** What go-yaml prints as it is; the rest needs an escape, so tab and everything beyond 16 bits does too. */
const unprintable = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/
const startsLikeSyntax = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \n]|$))/
/** Names, labels, hosts, paths: nothing in them means anything to YAML, unless the whole is a word like `yes`. */
const simple = /^[A-Za-z/][\w./-]*$/
const holdsSyntax = /:(?:[ \n]|$)|[ \n]#/

/** The style of a text as a mapping key (`key`) or as a value. */
export function scalarStyle(text: string, at: 'key' | 'value'): ScalarStyle {
  if (simple.test(text)) return plainScalar(text).is === 'text' ? 'plain' : 'double'
  const lines = text.includes('\n')
  const mayBeBlock = !unprintable.test(text) && !/ \n| $/.test(text)
  if (lines) return at === 'value' && mayBeBlock ? 'literal' : 'double'
  if (readsAsSomethingElse(text) || unprintable.test(text)) return 'double'
  return startsLikeSyntax.test(text) || holdsSyntax.test(text) || /^ | $/.test(text) ? 'single' : 'plain'
}

function readsAsSomethingElse(text: string): boolean {
  return plainScalar(text).is !== 'text' || base60.test(text) || isTimestamp(text)
}

function isTimestamp(text: string): boolean {
  const [, year, month, day] = timestamp.exec(text) ?? []
  if (year === undefined) return false
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

/** Where a text is written: `indent` for its further lines, `column` of its first character, and the column behind which it is continued. */
export interface Layout {
  readonly indent: number
  readonly column: number
  readonly foldAt: number
}

/** A plain text, continued in the next line at a single space. */
export function folded(text: string, at: Layout): string {
  return at.column + text.length <= at.foldAt ? text : fold([...text], at, 0)
}

export function singleQuoted(text: string, at: Layout): string {
  const characters = Array.from(text, character => (character === "'" ? "''" : character))
  return `'${fold(characters, at, 1)}'`
}

/** Continues lines at spaces; the line break stands for the space, so only a space between two other characters will do. */
function fold(characters: readonly string[], at: Layout, quote: 0 | 1): string {
  let column = at.column + quote
  let written = ''
  for (const [index, character] of characters.entries()) {
    const lone = character === ' ' && characters[index + 1] !== ' ' && characters[index - 1] !== ' '
    const inside = index > 0 && index < characters.length - 1
    if (lone && inside && column > at.foldAt) {
      written += `\n${' '.repeat(at.indent)}`
      column = at.indent
    } else {
      written += character
      column += character.length
    }
  }
  return written
}

export function doubleQuoted(text: string, at: Layout): string {
  const characters = [...text]
  let column = at.column + 1
  let written = ''
  let spaces = false
  for (const [index, character] of characters.entries()) {
    const inside = index > 0 && index < characters.length - 1
    if (character === ' ' && !spaces && inside && column > at.foldAt) {
      // A second space would be lost at the beginning of the line.
      const start = ' '.repeat(at.indent) + (characters[index + 1] === ' ' ? '\\' : '')
      written += `\n${start}`
      column = start.length
    } else {
      const escape = escaped(character)
      written += escape
      column += escape.length
    }
    spaces = character === ' '
  }
  return `"${written}"`
}

function escaped(character: string): string {
  const known = escapes[character]
  if (known !== undefined) return known
  if (!unprintable.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

/** A text of several lines as a block behind `|`, with the signs for its first indentation and its last line breaks. */
export function literal(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? '2' : ''
  const chomp = !text.endsWith('\n') ? '-' : /(?:^|\n)\n$/.test(text) ? '+' : ''
  const lines = text.replace(/\n$/, '').split('\n')
  return `|${hint}${chomp}\n${lines.map(line => (line === '' ? '' : ' '.repeat(indent) + line)).join('\n')}`
}
