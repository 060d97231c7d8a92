// `${…}` in Sluice's documents and in values files: CEL over declared names. Typed, total, bounded, without a way to the host.
export type { Outcome, Values } from './expression.ts'
export type { ExpressionProblem } from './expression-problem.ts'
export { nearMisses } from './near-misses.ts'
export {
  any,
  boolean,
  fits,
  integer,
  join,
  list,
  number,
  object,
  sayShape,
  shapeOf,
  text,
  type Name,
  type Scope,
  type Shape,
  type When,
} from './shape.ts'
export { isTemplate } from './template.ts'
export { checkText, evaluateText, type CheckedText } from './text.ts'
export { checkTree, evaluateTree, mapTexts, type TreeOf, type TreePath, type TreeProblem } from './tree.ts'
