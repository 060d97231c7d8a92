import type { Json } from '#base/index.ts'
import { checkExpression, evaluateExpression, type Outcome, type Values } from './expression.ts'
import type { ExpressionProblem } from './expression-problem.ts'
import { expressions } from './failures.ts'
import { any, sayShape, shapeOf, text as textShape, type Scope, type Shape, type When } from './shape.ts'
import { isTemplate, readTemplate, type Segment } from './template.ts'

/** What is known of a text before its expressions are evaluated. */
export interface CheckedText {
  /** A text that is one expression has the expression's shape, any other is text. */
  readonly shape: Shape
  /** When all of its names are known. */
  readonly when: When
  readonly problems: readonly ExpressionProblem[]
}

/** Checks names and types of every `${…}` of a text. */
export async function checkText(text: string, scope: Scope): Promise<CheckedText> {
  if (!isTemplate(text)) return { shape: textShape, when: 'plan', problems: [] }
  const { segments, problems: broken } = readTemplate(text)
  const problems = [...broken]
  if (broken.length > 0) return { shape: any, when: 'plan', problems }
  let when: When = 'plan'
  let only: Shape = any
  for (const { source, at } of segments.filter(isExpression)) {
    const checked = await checkExpression(source, scope)
    problems.push(...checked.problems.map(each => ({ ...each, at: each.at + at })))
    if (checked.when === 'run') when = 'run'
    only = checked.shape
    if (segments.length > 1 && !mayStandInText(only)) {
      problems.push({ failure: expressions.NOT_TEXT({ source: source.trim(), is: sayShape(only) }), at })
    }
  }
  return { shape: segments.length === 1 && segments[0]?.is === 'expression' ? only : textShape, when, problems }
}

/** Evaluates a text: one that is exactly one expression gives the value with its type, any other gives text. Never throws. */
export async function evaluateText(text: string, values: Values): Promise<Outcome> {
  if (!isTemplate(text)) return { value: text }
  const { segments, problems } = readTemplate(text)
  const [problem] = problems
  if (problem) return { problem }
  const [first] = segments
  if (segments.length === 1 && first?.is === 'expression') return evaluateSegment(first, values)
  let result = ''
  for (const segment of segments) {
    if (segment.is === 'text') {
      result += segment.text
      continue
    }
    const outcome = await evaluateSegment(segment, values)
    if ('problem' in outcome) return outcome
    if (!mayStandInText(shapeOf(outcome.value))) return { problem: notText(segment, outcome.value) }
    result += String(outcome.value)
  }
  return { value: result }
}

async function evaluateSegment({ source, at }: Extract<Segment, { is: 'expression' }>, values: Values): Promise<Outcome> {
  const outcome = await evaluateExpression(source, values)
  return 'problem' in outcome ? { problem: { ...outcome.problem, at: outcome.problem.at + at } } : outcome
}

function isExpression(segment: Segment): segment is Extract<Segment, { is: 'expression' }> {
  return segment.is === 'expression'
}

function mayStandInText(shape: Shape): boolean {
  return shape.is !== 'object' && shape.is !== 'list' && shape.is !== 'nothing'
}

function notText({ source, at }: Extract<Segment, { is: 'expression' }>, value: Json): ExpressionProblem {
  return { failure: expressions.NOT_TEXT({ source: source.trim(), is: sayShape(shapeOf(value)) }), at }
}
