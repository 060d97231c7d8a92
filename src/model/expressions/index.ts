// `${…}` in Sluice's documents and in values files: CEL over declared names. Typed, total, bounded, without a way to the host.
export type { Values } from './expression.ts'
export type { ExpressionProblem } from './expression-problem.ts'
export { nearMisses } from './near-misses.ts'
export { any, boolean, join, object, sayShape, shapeOf, text, type Name, type Scope, type Shape, type When } from './shape.ts'
export { isTemplate } from './template.ts'
export { checkText, evaluateText } from './text.ts'
export { mapTexts, type TreeOf, type TreePath } from './tree.ts'
