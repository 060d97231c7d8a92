/**
 * 1. Evaluation is Go's: what a pipeline gives, which variables are known, when a branch is taken.
 * 2. It ends: steps, depth and text are bounded, whatever the template says.
 */
import { failures } from './failures.ts'
import { print } from './format.ts'
import { checkDepth, enter, spend, type Frame } from './frame.ts'
import type { Output } from './output.ts'
import { evaluatePipe, setVariable } from './pipeline.ts'
import { placeIn } from './source.ts'
import { Stop, stopAt } from './stop.ts'
import type { Node } from './syntax.ts'
import { templateNamed } from './template-named.ts'
import { int, isDict, isInt, isList, isNil, sortedKeys, truth, type Value } from './value.ts'

type Signal = 'break' | 'continue' | undefined
type Control = Extract<Node, { is: 'if' | 'with' | 'range' }>

/** Writes what the nodes give for `dot`; tells the loop around them to end or to go on. */
export function walk(frame: Frame, nodes: readonly Node[], dot: Value, output: Output): Signal {
  for (const node of nodes) {
    const signal = bounded(frame, node, dot, output)
    if (signal) return signal
  }
  return undefined
}

/** JavaScript's stack ends what goes round in circles within one value. */
function bounded(frame: Frame, node: Node, dot: Value, output: Output): Signal {
  try {
    return step(frame, node, dot, output)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw stopAt(failures.ENDLESS({ says: 'a value contains itself (set can do that), or is nested too deep' }), frame.source, node.at)
  }
}

function step(frame: Frame, node: Node, dot: Value, output: Output): Signal {
  spend(frame, node.at, output.length())
  switch (node.is) {
    case 'text':
      output.write(node.text, frame.source, node.at, true)
      return undefined
    case 'action':
      return action(frame, node, dot, output)
    case 'template':
      return callTemplate(frame, node, dot, output)
    case 'break':
    case 'continue':
      return node.is
    default:
      return control(frame, node, dot, output)
  }
}

function action(frame: Frame, node: Extract<Node, { is: 'action' }>, dot: Value, output: Output): undefined {
  const value = evaluatePipe(frame, node.pipe, dot)
  if (node.pipe.declares.length > 0) return
  if (isNil(value)) output.writeNoValue(frame.source, node.at)
  else output.write(print(value), frame.source, node.at, false)
}

function control(frame: Frame, node: Control, dot: Value, output: Output): Signal {
  const scope = frame.variables.length
  const signal = node.is === 'range' ? range(frame, node, dot, output) : branch(frame, node, dot, output)
  frame.variables.length = scope
  return signal
}

function branch(frame: Frame, node: Control, dot: Value, output: Output): Signal {
  const value = evaluatePipe(frame, node.pipe, dot)
  if (truth(value)) return walk(frame, node.body, node.is === 'with' ? value : dot, output)
  return walk(frame, node.otherwise, dot, output)
}

function range(frame: Frame, node: Control, dot: Value, output: Output): Signal {
  const value = evaluatePipe(frame, node.pipe, dot)
  const scope = frame.variables.length
  let any = false
  for (const [key, element] of elements(frame, node, value)) {
    any = true
    spend(frame, node.at, output.length())
    setLoopVariables(frame, node, key, element)
    const signal = walk(frame, node.body, element, output)
    frame.variables.length = scope
    if (signal === 'break') break
  }
  return any ? undefined : walk(frame, node.otherwise, dot, output)
}

/** What a range goes through: keys (in order) or indexes, with their elements. */
function* elements(frame: Frame, node: Control, value: Value): Generator<readonly [Value, Value]> {
  if (isNil(value)) return
  if (isList(value)) {
    for (const [index, item] of value.items.entries()) yield [int(index), item]
  } else if (isDict(value)) {
    for (const key of sortedKeys(value)) yield [key, value.entries.get(key)]
  } else if (isInt(value) && node.pipe.declares.length < 2) {
    for (let each = 0n; each < value.value; each++) yield [int(each, value.type), int(each, value.type)]
  } else {
    const says = `range cannot go through ${print(value)}${isInt(value) ? ' with two variables' : ''}`
    throw stopAt(failures.EVALUATION({ says }), frame.source, node.pipe.at)
  }
}

function setLoopVariables(frame: Frame, node: Control, key: Value, element: Value): void {
  const [first, second] = node.pipe.declares
  if (first === undefined) return
  const values = second === undefined ? [[first, element] as const] : [[first, key] as const, [second, element] as const]
  for (const [name, value] of values) {
    if (node.pipe.assigns) setVariable(frame, name, value)
    // The pipeline declared them before the loop; these are their values in this turn.
    else frame.variables.push({ name, value })
  }
}

function callTemplate(frame: Frame, node: Extract<Node, { is: 'template' }>, dot: Value, output: Output): undefined {
  checkDepth(frame, node.at)
  const { definition, source } = templateNamed(frame, node.name, node.at)
  const value = node.pipe && evaluatePipe(frame, node.pipe, dot)
  calledFrom(frame, node.at, () => walk(enter(frame.run, source, value, frame.depth + 1), definition.body, value, output))
}

/** Adds to a problem inside of a called template where the call stands. */
export function calledFrom<T>(frame: Frame, at: number, call: () => T): T {
  try {
    return call()
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    const { file, line } = placeIn(frame.source, at)
    throw new Stop({ ...error.problem, message: `${error.problem.message} (called from ${file}:${line})` })
  }
}
