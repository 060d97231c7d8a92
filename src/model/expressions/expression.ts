// One expression, without its `${` and `}`: a mere path is read here, everything else by CEL.
import type { Json } from '#base/index.ts'
import { program } from './cel.ts'
import { checkNode } from './check-node.ts'
import type { ExpressionProblem } from './expression-problem.ts'
import { expressions } from './failures.ts'
import { sourceLimit } from './limits.ts'
import { lookUp, pathNode, readPath } from './path.ts'
import type { Scope, Shape, When } from './shape.ts'

/** The values that expressions see. */
export type Values = Readonly<Record<string, Json | undefined>>

export type Outcome = { readonly value: Json } | { readonly problem: ExpressionProblem }

/** Offsets count from the start of the source. */
export async function checkExpression(
  source: string,
  scope: Scope,
): Promise<{ readonly shape: Shape; readonly when: When; readonly problems: readonly ExpressionProblem[] }> {
  const path = readPath(source)
  if (path) return checkNode(pathNode(path), scope)
  const read = await readExpression(source)
  return 'problem' in read ? { shape: { is: 'any' }, when: 'plan', problems: [read.problem] } : checkNode(read.node, scope)
}

export async function evaluateExpression(source: string, values: Values): Promise<Outcome> {
  const path = readPath(source)
  if (!path) {
    const read = await readExpression(source)
    return 'problem' in read ? read : read.evaluate(values)
  }
  const names = path.map(each => each.name)
  const value = lookUp(names, values)
  return value === undefined ? { problem: { failure: expressions.NO_VALUE({ name: names.join('.') }), at: path[0]?.at ?? 0 } } : { value }
}

async function readExpression(source: string): ReturnType<typeof program> {
  const failure = sourceLimit(source)
  return failure ? { problem: { failure, at: 0 } } : program(source)
}
