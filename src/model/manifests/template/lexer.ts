import { failures } from './failures.ts'
import type { Source } from './source.ts'
import { stopAt } from './stop.ts'

export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'keyword'
  | 'identifier'
  | 'field'
  | 'variable'
  | 'dot'
  | 'string'
  | 'character'
  | 'number'
  | 'sign'
  | 'end of file'

/** One word of a template; `text` is as written, but for `text` tokens: these are trimmed already. */
export interface Token {
  readonly is: TokenKind
  readonly text: string
  readonly at: number
  /** White space stood before it. */
  readonly spaced: boolean
}

const keywords = new Set('block break continue define else end if nil range template true false with'.split(' '))
const space = /[ \t\r\n]*/y
const word = /[\p{L}\p{Nd}_]+/uy
const number =
  /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?\d+)?|0[oO][0-7_]*|0[bB][01_]*|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]+)?)/y
const quoted = /"(?:[^"\\\n]|\\[^\n])*"/y
const raw = /`[^`]*`/y
const character = /'(?:[^'\\\n]|\\[^\n])+'/y
const sign = /:=|[=|,()]/y
/** What may follow a name without a space; Go refuses anything else. */
const afterName = /[ \t\r\n.,|:()]|\}\}|$/y

interface Lexer {
  readonly source: Source
  readonly tokens: Token[]
  at: number
}

/** The words of a template: text between actions, and what stands inside the actions. */
export function lex(source: Source): readonly Token[] {
  const lexer: Lexer = { source, tokens: [], at: 0 }
  let trim = false
  while (lexer.at < source.text.length) {
    const open = source.text.indexOf('{{', lexer.at)
    const end = open === -1 ? source.text.length : open
    const trimRight = open !== -1 && /^-[ \t\r\n]/.test(source.text.slice(open + 2, open + 4))
    textToken(lexer, end, trim, trimRight)
    if (open === -1) break
    trim = action(lexer, open, trimRight ? 3 : 2)
  }
  lexer.tokens.push({ is: 'end of file', text: '', at: source.text.length, spaced: false })
  return lexer.tokens
}

function textToken(lexer: Lexer, end: number, trimLeft: boolean, trimRight: boolean): void {
  const start = trimLeft ? lexer.at + (match(lexer, space)?.length ?? 0) : lexer.at
  const written = lexer.source.text.slice(start, end)
  const text = trimRight ? written.replace(/[ \t\r\n]+$/, '') : written
  if (text !== '') lexer.tokens.push({ is: 'text', text, at: start, spaced: false })
  lexer.at = end
}

/** Reads one action or comment; tells whether the text behind it is trimmed. */
function action(lexer: Lexer, open: number, length: number): boolean {
  lexer.at = open + length
  const comment = /^[ \t\r\n]?\/\*/.exec(lexer.source.text.slice(lexer.at, lexer.at + 3))
  if (comment && (length === 3 || comment[0] === '/*')) return skipComment(lexer, open)
  lexer.tokens.push({ is: 'open', text: '{{', at: open, spaced: false })
  for (;;) {
    const before = lexer.at
    lexer.at += match(lexer, space)?.length ?? 0
    const close = closing(lexer, lexer.at > before)
    if (close > 0) {
      lexer.tokens.push({ is: 'close', text: '}}', at: lexer.at, spaced: lexer.at > before })
      lexer.at += close
      return close === 3
    }
    if (lexer.at >= lexer.source.text.length) throw fail(lexer, 'the action is not closed by }}', open)
    lexer.tokens.push(insideAction(lexer, lexer.at > before))
  }
}

function closing(lexer: Lexer, spaced: boolean): 0 | 2 | 3 {
  const { text } = lexer.source
  if (text.startsWith('}}', lexer.at)) return 2
  return spaced && text.startsWith('-}}', lexer.at) ? 3 : 0
}

function skipComment(lexer: Lexer, open: number): boolean {
  const end = lexer.source.text.indexOf('*/', lexer.at)
  if (end === -1) throw fail(lexer, 'the comment is not closed by */', open)
  lexer.at = end + 2
  const spaces = match(lexer, space)?.length ?? 0
  if (spaces > 0 && lexer.source.text.startsWith('-}}', lexer.at + spaces)) {
    lexer.at += spaces + 3
    return true
  }
  if (!lexer.source.text.startsWith('}}', lexer.at)) throw fail(lexer, 'a comment stands alone in its action: {{/* … */}}', end)
  lexer.at += 2
  return false
}

function insideAction(lexer: Lexer, spaced: boolean): Token {
  const at = lexer.at
  const [is, text] = name(lexer) ?? literal(lexer) ?? unexpected(lexer)
  lexer.at = at + text.length
  const named = is === 'identifier' || is === 'keyword' || is === 'field' || is === 'variable'
  if (named && match(lexer, afterName) === undefined) throw fail(lexer, `${lexer.source.text[lexer.at] ?? ''} cannot follow ${text}`)
  return { is, text, at, spaced }
}

function name(lexer: Lexer): [TokenKind, string] | undefined {
  const first = lexer.source.text[lexer.at] ?? ''
  if (first === '$') return ['variable', `$${match(lexer, word, 1) ?? ''}`]
  if (first === '.' && !/\d/.test(lexer.source.text[lexer.at + 1] ?? '')) {
    const field = match(lexer, word, 1)
    return field === undefined ? ['dot', '.'] : ['field', `.${field}`]
  }
  if (/[\d.]/.test(first)) return undefined
  const text = match(lexer, word)
  return text === undefined ? undefined : [keywords.has(text) ? 'keyword' : 'identifier', text]
}

function literal(lexer: Lexer): [TokenKind, string] | undefined {
  const first = lexer.source.text[lexer.at] ?? ''
  const form = { '"': quoted, '`': raw, "'": character }[first]
  if (form) {
    const text = match(lexer, form)
    if (text === undefined) throw fail(lexer, `the text that begins with ${first} is not closed`)
    return [first === "'" ? 'character' : 'string', text]
  }
  if (!/[-+.\d]/.test(first)) {
    const text = match(lexer, sign)
    return text === undefined ? undefined : ['sign', text]
  }
  const text = match(lexer, number) ?? ''
  const rest = match(lexer, word, text.length) ?? ''
  if (rest !== '' || !/\d/.test(text)) throw fail(lexer, `${text}${rest} is not a number`)
  return ['number', text]
}

function unexpected(lexer: Lexer): never {
  throw fail(lexer, `${String.fromCodePoint(lexer.source.text.codePointAt(lexer.at) ?? 0)} has no meaning here`)
}

function match(lexer: Lexer, form: RegExp, ahead = 0): string | undefined {
  form.lastIndex = lexer.at + ahead
  return form.exec(lexer.source.text)?.[0]
}

const fail = (lexer: Lexer, says: string, at = lexer.at): Error => stopAt(failures.SYNTAX({ says }), lexer.source, at)
