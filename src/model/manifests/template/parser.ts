/**
 * 1. The grammar is Go's text/template: declarations, keywords and their ends, variables by scope.
 * 2. Functions that do not exist are all reported; any other mistake ends the reading of its file, for nothing behind it can be trusted.
 */
import type { Problem } from '#base/index.ts'
import { back, close, peek, shown, take, unexpected, type Parser } from './cursor.ts'
import { failures } from './failures.ts'
import { lex, type Token } from './lexer.ts'
import { unquote } from './literals.ts'
import { parsePipe } from './pipe-parser.ts'
import type { Source } from './source.ts'
import { stopAt } from './stop.ts'
import type { Definition, Node, Pipe } from './syntax.ts'

export interface Parsed {
  /** The file itself comes first, under its own name. */
  readonly definitions: readonly Definition[]
  readonly problems: readonly Problem[]
}

/** Reads a template; throws a Stop at the first mistake in its grammar. */
export function parse(source: Source, functions: ReadonlySet<string>): Parsed {
  const parser: Parser = { source, tokens: lex(source), next: 0, variables: ['$'], loops: 0, functions, definitions: [], problems: [] }
  const body: Node[] = []
  while (peek(parser).is !== 'end of file') {
    const start = parser.next
    const node = textOrAction(parser, 'file')
    if (typeof node === 'string') throw unexpected(parser, `{{${node}}} has no beginning`, parser.tokens[start + 1])
    if (node) body.push(node)
  }
  return { definitions: [{ name: source.file, at: 0, body }, ...parser.definitions], problems: parser.problems }
}

type Ending = 'end' | 'else'

/** One node; the word that ends a list of nodes; or nothing, where a definition stood. */
function textOrAction(parser: Parser, inside: 'file' | 'list'): Node | Ending | undefined {
  const token = take(parser)
  if (token.is === 'text') return { is: 'text', at: token.at, text: token.text }
  if (token.is !== 'open') throw unexpected(parser, `${shown(token)} is not expected here`, token)
  const word = peek(parser)
  if (word.is !== 'keyword' || ['nil', 'true', 'false'].includes(word.text)) return plainAction(parser, token.at)
  take(parser)
  return keywordAction(parser, word, inside)
}

function plainAction(parser: Parser, at: number): Node {
  const pipe = parsePipe(parser, 'an action')
  close(parser, 'an action')
  return { is: 'action', at, pipe }
}

function keywordAction(parser: Parser, word: Token, inside: 'file' | 'list'): Node | Ending | undefined {
  switch (word.text) {
    case 'if':
    case 'with':
    case 'range':
      return control(parser, word.text, word.at)
    case 'template':
      return templateCall(parser, word.at)
    case 'block':
      return block(parser, word.at)
    case 'define':
      return define(parser, word, inside)
    case 'break':
    case 'continue':
      return loopControl(parser, word, word.text)
    case 'end':
      close(parser, 'end')
      return 'end'
    default:
      return 'else'
  }
}

function loopControl(parser: Parser, word: Token, is: 'break' | 'continue'): Node {
  if (parser.loops === 0) throw unexpected(parser, `{{${is}}} stands outside of a {{range}}`, word)
  close(parser, is)
  return { is, at: word.at }
}

/** Nodes up to `end` or `else`; `else` is left open, for what follows it in its action. */
function nodesUntilEnd(parser: Parser, of: string, at: number): { readonly nodes: readonly Node[]; readonly ending: Ending } {
  const nodes: Node[] = []
  for (;;) {
    if (peek(parser).is === 'end of file') throw stopAt(failures.SYNTAX({ says: `{{${of}}} has no {{end}}` }), parser.source, at)
    const node = textOrAction(parser, 'list')
    if (node === 'end' || node === 'else') return { nodes, ending: node }
    if (node) nodes.push(node)
  }
}

function control(parser: Parser, is: 'if' | 'with' | 'range', at: number): Node {
  const scope = parser.variables.length
  const pipe = parsePipe(parser, is)
  close(parser, is)
  if (is === 'range') parser.loops++
  const body = nodesUntilEnd(parser, is, at)
  if (is === 'range') parser.loops--
  const otherwise = body.ending === 'else' ? elseBranch(parser, is, at) : []
  parser.variables.length = scope
  return { is, at, pipe, body: body.nodes, otherwise }
}

/** `else`, `else if` and `else with`: the latter two are a control of their own that shares the `end`. */
function elseBranch(parser: Parser, is: 'if' | 'with' | 'range', at: number): readonly Node[] {
  const word = peek(parser)
  if (word.is === 'keyword' && word.text === is && is !== 'range') {
    take(parser)
    return [control(parser, is, word.at)]
  }
  close(parser, 'else')
  const { nodes, ending } = nodesUntilEnd(parser, is, at)
  if (ending === 'else') throw unexpected(parser, '{{else}} stands here a second time', back(parser))
  return nodes
}

function name(parser: Parser, of: string): string {
  const token = take(parser)
  const text = token.is === 'string' ? unquote(token.text) : undefined
  if (text === undefined) throw unexpected(parser, `${of} wants a name in quotes, not ${shown(token)}`, token)
  return text
}

function templateCall(parser: Parser, at: number): Node {
  const called = name(parser, 'template')
  const pipe = peek(parser).is === 'close' ? undefined : parsePipe(parser, 'template')
  close(parser, 'template')
  return { is: 'template', at, name: called, pipe }
}

function block(parser: Parser, at: number): Node {
  const called = name(parser, 'block')
  const pipe: Pipe = parsePipe(parser, 'block')
  close(parser, 'block')
  definition(parser, called, at, 'block')
  return { is: 'template', at, name: called, pipe }
}

function define(parser: Parser, word: Token, inside: 'file' | 'list'): undefined {
  if (inside === 'list') throw unexpected(parser, '{{define}} stands inside of another action', word)
  const called = name(parser, 'define')
  close(parser, 'define')
  definition(parser, called, word.at, 'define')
}

function definition(parser: Parser, called: string, at: number, of: string): void {
  const outer = { variables: parser.variables, loops: parser.loops }
  parser.variables = ['$']
  parser.loops = 0
  const { nodes, ending } = nodesUntilEnd(parser, of, at)
  if (ending === 'else') throw unexpected(parser, `{{else}} is not expected in ${of}`, back(parser))
  Object.assign(parser, outer)
  parser.definitions.push({ name: called, at, body: nodes })
}
