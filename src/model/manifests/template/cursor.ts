import { problemOf, type Problem } from '#base/index.ts'
import { nearMisses } from '#model/expressions/index.ts'
import { failures } from './failures.ts'
import type { Token } from './lexer.ts'
import { placeIn, type Source } from './source.ts'
import { stopAt } from './stop.ts'
import type { Definition } from './syntax.ts'

/** What is known while a file is read. */
export interface Parser {
  readonly source: Source
  readonly tokens: readonly Token[]
  next: number
  /** Names in scope; `$` is always there. */
  variables: string[]
  loops: number
  readonly functions: ReadonlySet<string>
  readonly definitions: Definition[]
  readonly problems: Problem[]
}

export const peek = (parser: Parser): Token => parser.tokens[parser.next] as Token
export const take = (parser: Parser): Token => parser.tokens[parser.next++] as Token
export const back = (parser: Parser): Token => parser.tokens[parser.next - 1] as Token

export function unexpected(parser: Parser, says: string, token: Token = peek(parser)): Error {
  return stopAt(failures.SYNTAX({ says }), parser.source, token.at)
}

/** Takes the `}}` that must come now. */
export function close(parser: Parser, after: string): void {
  const token = take(parser)
  if (token.is !== 'close') throw unexpected(parser, `${shown(token)} is not expected in ${after}`, token)
}

export const shown = (token: Token): string => (token.is === 'end of file' ? 'the end of the file' : token.text)

/** Reports a function that nobody knows, and lets the reading go on. */
export function checkFunction(parser: Parser, name: string, at: number): void {
  if (parser.functions.has(name)) return
  parser.problems.push(
    problemOf(failures.FUNCTION_UNKNOWN({ name, near: nearMisses(name, [...parser.functions]) }), placeIn(parser.source, at)),
  )
}
