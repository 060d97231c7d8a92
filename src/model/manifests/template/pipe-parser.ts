import { numberTerm, unquote } from './literals.ts'
import { checkFunction, peek, shown, take, unexpected, type Parser } from './cursor.ts'
import type { Token } from './lexer.ts'
import type { Command, Pipe, Term } from './syntax.ts'

/** `$a, $b := first | second`, up to what ends it (`}}` or `)`), which is left. */
export function parsePipe(parser: Parser, of: string): Pipe {
  const { at } = peek(parser)
  const { declares, assigns } = declaration(parser, of)
  const commands: Command[] = []
  do commands.push(command(parser, of, commands.length))
  while (takeSign(parser, '|'))
  // The names count from here on: their own pipeline does not see them.
  if (!assigns) parser.variables.push(...declares)
  return { is: 'pipe', at, declares, assigns, commands }
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.is === 'sign' && token.text === text
}

function takeSign(parser: Parser, text: string): boolean {
  if (!isSign(peek(parser), text)) return false
  take(parser)
  return true
}

function declaration(parser: Parser, of: string): Pick<Pipe, 'declares' | 'assigns'> {
  const first = peek(parser)
  const then = parser.tokens[parser.next + 1]
  if (first.is !== 'variable' || then?.is !== 'sign' || !/^(?::?=|,)$/.test(then.text)) return { declares: [], assigns: false }
  const names = [take(parser)]
  if (takeSign(parser, ',')) {
    if (of !== 'range') throw unexpected(parser, `${of} takes one variable`)
    const second = take(parser)
    if (second.is !== 'variable') throw unexpected(parser, `${shown(second)} is not a variable`, second)
    names.push(second)
  }
  const assigns = isSign(peek(parser), '=')
  if (!takeSign(parser, ':=') && !takeSign(parser, '=')) throw unexpected(parser, `${shown(peek(parser))} is not expected, but := is`)
  if (assigns) for (const each of names) checkVariable(parser, each)
  return { declares: names.map(each => each.text), assigns }
}

function checkVariable(parser: Parser, token: Token): void {
  if (!parser.variables.includes(token.text)) throw unexpected(parser, `variable ${token.text} is not declared here`, token)
}

const executable = new Set<Term['is']>(['field', 'variable', 'function', 'chain', 'pipe'])

function command(parser: Parser, of: string, index: number): Command {
  const { at } = peek(parser)
  const words: Term[] = []
  for (let token = peek(parser); !endsCommand(token); token = peek(parser)) {
    if (words.length > 0 && !token.spaced)
      throw unexpected(parser, `${shown(token)} is not expected: arguments are parted by spaces`, token)
    words.push(operand(parser, of))
  }
  const [first] = words
  if (!first) throw unexpected(parser, `a value is missing for ${of}`)
  if (index > 0 && !executable.has(first.is))
    throw unexpected(parser, `what stands behind a | must be a function`, { ...peek(parser), at: first.at })
  return { at, words }
}

const endsCommand = (token: Token): boolean => token.is === 'close' || isSign(token, ')') || isSign(token, '|')

/** A term with the fields that follow it without a space. */
function operand(parser: Parser, of: string): Term {
  const start = peek(parser)
  const term = simpleTerm(parser, of)
  const fields: string[] = []
  while (peek(parser).is === 'field' && !peek(parser).spaced) fields.push(take(parser).text.slice(1))
  if (fields.length === 0) return term
  if (term.is === 'field' || term.is === 'variable') return { ...term, fields: [...term.fields, ...fields] }
  if (term.is === 'pipe' || term.is === 'function') return { is: 'chain', at: term.at, of: term, fields }
  throw unexpected(parser, `${shown(start)} has no fields`, start)
}

function simpleTerm(parser: Parser, of: string): Term {
  const token = take(parser)
  const { at, text } = token
  switch (token.is) {
    case 'dot':
      return { is: 'dot', at }
    case 'field':
      return { is: 'field', at, fields: [text.slice(1)] }
    case 'variable':
      checkVariable(parser, token)
      return { is: 'variable', at, name: text, fields: [] }
    case 'identifier':
      checkFunction(parser, text, at)
      return { is: 'function', at, name: text }
    case 'keyword':
      return keywordTerm(parser, token, of)
    case 'sign':
      return parenthesis(parser, token, of)
    default:
      return constant(parser, token, of)
  }
}

function keywordTerm(parser: Parser, token: Token, of: string): Term {
  if (token.text === 'nil') return { is: 'nil', at: token.at }
  if (token.text === 'true' || token.text === 'false') return { is: 'boolean', at: token.at, value: token.text === 'true' }
  throw unexpected(parser, `${token.text} is not expected in ${of}`, token)
}

function parenthesis(parser: Parser, token: Token, of: string): Term {
  if (token.text !== '(') throw unexpected(parser, `${token.text} is not expected in ${of}`, token)
  const pipe = parsePipe(parser, 'parentheses')
  if (!takeSign(parser, ')')) throw unexpected(parser, `a parenthesis is not closed: ${shown(peek(parser))} is not expected`)
  return { ...pipe, at: token.at }
}

function constant(parser: Parser, token: Token, of: string): Term {
  const { at, text } = token
  if (token.is === 'number') {
    const number = numberTerm(text, at)
    if ('wrong' in number) throw unexpected(parser, number.wrong, token)
    return number
  }
  const value = token.is === 'string' || token.is === 'character' ? unquote(text) : undefined
  if (value === undefined) throw unexpected(parser, `${shown(token)} is not expected in ${of}`, token)
  if (token.is === 'string') return { is: 'string', at, value }
  const code = [...value].length === 1 ? (value.codePointAt(0) ?? 0) : undefined
  if (code === undefined) throw unexpected(parser, `${text} is not one character`, token)
  return { is: 'number', at, text, int: BigInt(code), float: code, looksFloat: false }
}
