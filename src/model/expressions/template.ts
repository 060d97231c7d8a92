// Texts with `${…}`: where expressions begin and end. `$${` stands for the two characters `${`.
import { type ExpressionProblem } from './expression-problem.ts'
import { expressions } from './failures.ts'

/** A piece of a text: literal text (escapes undone), or an expression whose source begins at character `at` of the text. */
export type Segment =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'expression'; readonly source: string; readonly at: number }

export interface Template {
  readonly segments: readonly Segment[]
  readonly problems: readonly ExpressionProblem[]
}

/** Whether a text must be read as a template at all. */
export function isTemplate(text: string): boolean {
  return text.includes('${')
}

/** Splits a text into literal text and expressions. */
export function readTemplate(text: string): Template {
  const segments: Segment[] = []
  const problems: ExpressionProblem[] = []
  let literal = ''
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('${', at)
    if (open < 0) break
    literal += text.slice(at, open)
    if (text[open - 1] === '$' && open > at) {
      literal = `${literal.slice(0, -1)}\${`
      at = open + 2
      continue
    }
    const end = closing(text, open + 2)
    if (end === undefined) {
      problems.push({ failure: expressions.OPEN({}), at: open })
      at = text.length
      break
    }
    const source = text.slice(open + 2, end)
    if (source.trim() === '') problems.push({ failure: expressions.EMPTY({}), at: open })
    if (literal) segments.push({ is: 'text', text: literal })
    literal = ''
    segments.push({ is: 'expression', source, at: open + 2 })
    at = end + 1
  }
  literal += text.slice(at)
  if (literal) segments.push({ is: 'text', text: literal })
  return { segments, problems }
}

/** The offset of the brace that closes an expression which begins at `from`: braces in CEL's maps and texts are not it. */
function closing(text: string, from: number): number | undefined {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === '"' || char === "'") {
      at = textEnd(text, at)
    } else if (char === '{') {
      depth++
    } else if (char === '}') {
      if (depth === 0) return at
      depth--
    }
  }
  return undefined
}

/** The offset of the last quote of the CEL text that begins at `from`. */
function textEnd(text: string, from: number): number {
  const char = text[from] ?? ''
  const quote = text.startsWith(char.repeat(3), from) ? char.repeat(3) : char
  const raw = /(?:^|[^\w])(?:[rR][bB]?|[bB][rR])$/.test(text.slice(Math.max(0, from - 3), from))
  for (let at = from + quote.length; at < text.length; at++) {
    if (text[at] === '\\' && !raw) at++
    else if (text.startsWith(quote, at)) return at + quote.length - 1
  }
  return text.length
}
