// What an expression gives and which names it uses, found without evaluating it.
import type { ExpressionProblem } from './expression-problem.ts'
import { expressions } from './failures.ts'
import { functions, operatorName, type Signature } from './functions.ts'
import { nearMisses } from './near-misses.ts'
import type { Node } from './node.ts'
import { any, boolean, fits, integer, join, list, number, sayShape, text, type Scope, type Shape, type When } from './shape.ts'

/** What is found on the way through one expression. */
interface Finding {
  readonly scope: Scope
  readonly problems: ExpressionProblem[]
  /** Names without a value that are used, by their path. */
  readonly absent: Map<string, ExpressionProblem>
  /** Paths that the expression asks for with has(…): whether it uses them only where they have a value shows when it is evaluated. */
  readonly asked: Set<string>
  when: When
}
type Of<Is extends Node['is']> = Extract<Node, { is: Is }>

/** The shape of what a node gives; adds what is wrong to `problems`. */
export function checkNode(
  node: Node,
  scope: Scope,
): { readonly shape: Shape; readonly when: When; readonly problems: ExpressionProblem[] } {
  const finding: Finding = { scope, problems: [], absent: new Map(), asked: new Set(), when: 'plan' }
  const shape = shapeOfNode(node, finding)
  const absent = [...finding.absent].filter(([path]) => !finding.asked.has(path)).map(([, problem]) => problem)
  return { shape, when: finding.when, problems: [...finding.problems, ...absent] }
}

const checks: { readonly [Is in Node['is']]: (node: Of<Is>, finding: Finding) => Shape } = {
  literal: node => literalShape(node),
  name: (node, finding) => named(node.name, finding.scope, node, finding),
  field: (node, finding) => member(node.of, node.field, node, finding),
  index: (node, finding) =>
    node.index.is === 'literal' && typeof node.index.value === 'string'
      ? member(node.of, node.index.value, node.index, finding)
      : element(node, finding),
  list: (node, finding) => {
    const [first = any, ...rest] = node.items.map(each => shapeOfNode(each, finding))
    return list(rest.reduce(join, first))
  },
  object: (node, finding) => {
    for (const { key, value } of node.entries) for (const each of [key, value]) shapeOfNode(each, finding)
    return any
  },
  has: (node, finding) => {
    const path = pathOf(node.of)
    if (path !== undefined) finding.asked.add(path)
    shapeOfNode(node.of, finding)
    return boolean
  },
  each: (node, finding) => loop(node, finding),
  call: (node, finding) => call(node, finding),
}

function shapeOfNode(node: Node, finding: Finding): Shape {
  return (checks[node.is] as (node: Node, finding: Finding) => Shape)(node, finding)
}

function literalShape(node: Of<'literal'>): Shape {
  if (typeof node.value === 'string') return text
  if (typeof node.value === 'boolean') return boolean
  return node.value === null ? { is: 'nothing' } : node.whole ? integer : number
}

/** A name in an object, or at the root of the scope. */
function named(name: string, names: Scope, node: Node, finding: Finding, path = name): Shape {
  const found = Object.hasOwn(names, name) ? names[name] : undefined
  if (!found) {
    const known = Object.keys(names).sort()
    const near =
      path === name ? nearRoots(name, finding.scope) : nearMisses(name, known).map(each => `${path.slice(0, -name.length)}${each}`)
    finding.problems.push({ failure: expressions.UNKNOWN_NAME({ name: path, near, known }), at: node.at })
    return any
  }
  if (found.absent !== undefined && !finding.absent.has(path)) {
    finding.absent.set(path, { failure: expressions.NO_VALUE({ name: path, cure: found.absent }), at: node.at })
  }
  if (found.when === 'run') finding.when = 'run'
  return found.shape
}

/** Near misses of a root name: other roots, and whole paths that end in it (`canaryDestination` for `k8s.canaryDestination`). */
function nearRoots(name: string, scope: Scope): readonly string[] {
  const deep = Object.entries(scope).flatMap(([root, { shape }]) =>
    shape.is === 'object' && Object.hasOwn(shape.names, name) ? [`${root}.${name}`] : [],
  )
  return deep.length > 0 ? deep.slice(0, 3) : nearMisses(name, Object.keys(scope))
}

function member(of: Node, name: string, node: Node, finding: Finding): Shape {
  const shape = shapeOfNode(of, finding)
  const path = pathOf(of)
  if (shape.is === 'object') return named(name, shape.names, node, finding, path ? `${path}.${name}` : name)
  if (shape.is !== 'any') {
    const says = `${path ?? 'The value before the dot'}: is ${sayShape(shape)} and has no name ${name}`
    finding.problems.push({ failure: expressions.TYPES({ says }), at: node.at })
  }
  return any
}

function pathOf(node: Node): string | undefined {
  if (node.is === 'name') return node.name
  const before = node.is === 'field' ? pathOf(node.of) : undefined
  return before && node.is === 'field' ? `${before}.${node.field}` : undefined
}

function element(node: Of<'index'>, finding: Finding): Shape {
  const [of, index] = [shapeOfNode(node.of, finding), shapeOfNode(node.index, finding)]
  const wanted = of.is === 'list' ? integer : of.is === 'object' ? text : any
  if (!fits(index, wanted)) {
    finding.problems.push({ failure: expressions.TYPES({ says: `[…]: wants ${sayShape(wanted)}, not ${sayShape(index)}` }), at: node.at })
  }
  return of.is === 'list' ? of.of : any
}

function loop(node: Of<'each'>, finding: Finding): Shape {
  const over = shapeOfNode(node.over, finding)
  const item = over.is === 'list' ? over.of : over.is === 'object' ? text : any
  if (over.is !== 'list' && over.is !== 'object' && over.is !== 'any') {
    finding.problems.push({ failure: expressions.TYPES({ says: `${node.macro}: wants a list, not ${sayShape(over)}` }), at: node.at })
  }
  const inner: Finding = { ...finding, scope: { ...finding.scope, [node.variable]: { shape: item, when: 'plan' } } }
  const bodies = node.bodies.map(each => shapeOfNode(each, inner))
  finding.when = inner.when
  const gives = bodies.at(-1) ?? any
  const conditions = node.macro === 'map' ? bodies.slice(0, -1) : bodies
  if (!conditions.every(each => fits(each, boolean))) {
    finding.problems.push({ failure: expressions.TYPES({ says: `${node.macro}: its condition must be true or false` }), at: node.at })
  }
  return node.macro === 'map' ? list(gives) : node.macro === 'filter' ? list(item) : boolean
}

function call(node: Of<'call'>, finding: Finding): Shape {
  const target = node.target && shapeOfNode(node.target, finding)
  const args = node.args.map(each => shapeOfNode(each, finding))
  if (node.name === '_?_:_') return choice(node, args, finding)
  if (node.name === '_==_' || node.name === '_!=_') return comparison(node, args, finding)
  const signatures = Object.hasOwn(functions, node.name) ? functions[node.name] : undefined
  if (!signatures) {
    const near = nearMisses(
      node.name,
      Object.keys(functions).filter(each => /^[a-z]/i.test(each)),
    )
    finding.problems.push({ failure: expressions.UNKNOWN_FUNCTION({ name: node.name, near }), at: node.at })
    return any
  }
  const fitting = signatures.filter(each => takesThese(each, target, args))
  if (fitting.length === 0)
    finding.problems.push({ failure: expressions.TYPES({ says: sayMismatch(node.name, target, args) }), at: node.at })
  const [first = any, ...rest] = fitting.map(each => each.result)
  // Signatures stand from narrow to wide: where every type is known, the first that fits is the one CEL takes.
  const known = [...args, ...(target ? [target] : [])].every(each => each.is !== 'any')
  return known ? first : rest.reduce(join, first)
}

function choice(node: Node, [condition = any, yes = any, no = any]: readonly Shape[], finding: Finding): Shape {
  if (!fits(condition, boolean)) {
    const says = `? :  wants true or false before the question mark, not ${sayShape(condition)}`
    finding.problems.push({ failure: expressions.TYPES({ says }), at: node.at })
  }
  return join(yes, no)
}

/** Values of different types are never equal: CEL says false, whoever wrote it meant something else. */
function comparison(node: Node, [a = any, b = any]: readonly Shape[], finding: Finding): Shape {
  const comparable = fits(a, b) || fits(b, a) || a.is === 'nothing' || b.is === 'nothing'
  if (!comparable) {
    const says = `${sayShape(a)} is never equal to ${sayShape(b)}`
    finding.problems.push({ failure: expressions.TYPES({ says: says.charAt(0).toUpperCase() + says.slice(1) }), at: node.at })
  }
  return boolean
}

function takesThese(signature: Signature, target: Shape | undefined, args: readonly Shape[]): boolean {
  if ((signature.on === undefined) !== (target === undefined) || signature.args.length !== args.length) return false
  if (signature.on && target && !fits(target, signature.on)) return false
  return signature.args.every((wanted, i) => fits(args[i] ?? any, wanted))
}

function sayMismatch(name: string, target: Shape | undefined, args: readonly Shape[]): string {
  const given = args.map(sayShape).join(' and ') || 'nothing'
  return `${operatorName(name)}: cannot be used ${target ? `on ${sayShape(target)} ` : ''}with ${given}`
}
