// CEL's syntax tree, made small: macros as people write them instead of the loops they stand for.
import type { parse } from '@bufbuild/cel'
import type { Node } from './node.ts'

export type Parsed = ReturnType<typeof parse>
type Expr = Parsed['expr']
type Kind<Case extends Expr['exprKind']['case']> = Extract<Expr['exprKind'], { case: Case }>
type Info = Parsed['sourceInfo']
type Call = Kind<'callExpr'>['value']

const loops = new Set(['all', 'exists', 'exists_one', 'existsOne', 'map', 'filter'])

/** The expression's tree. Throws where it uses what we leave out (messages of protocol buffers). */
export function nodeOf(parsed: Parsed): Node {
  return convert(parsed.expr, parsed.sourceInfo)
}

function convert(expr: Expr, info: Info): Node {
  const macro = info?.macroCalls[String(expr.id)]?.exprKind
  const at = info?.positions[String(expr.id)] ?? 0
  return macro?.case === 'callExpr' ? macroNode(macro.value, at, info) : plainNode(expr, at, info)
}

function plainNode({ exprKind }: Expr, at: number, info: Info): Node {
  switch (exprKind.case) {
    case 'constExpr':
      return literal(exprKind.value, at)
    case 'identExpr':
      return { is: 'name', name: exprKind.value.name, at }
    case 'selectExpr':
      // The position is the dot's; the field begins behind it.
      return { is: 'field', of: child(exprKind.value.operand, info), field: exprKind.value.field, at: at + 1 }
    case 'callExpr':
      return callNode(exprKind.value, at, info)
    case 'listExpr':
      return { is: 'list', items: exprKind.value.elements.map(each => convert(each, info)), at }
    case 'structExpr':
      return structNode(exprKind.value, at, info)
    default:
      throw new Error('cannot be read')
  }
}

function child(expr: Expr | undefined, info: Info): Node {
  if (!expr) throw new Error('cannot be read')
  return convert(expr, info)
}

function callNode(call: Call, at: number, info: Info): Node {
  const args = call.args.map(each => convert(each, info))
  const [of, index] = args
  if (call.function === '_[_]' && of && index) return { is: 'index', of, index, at }
  return { is: 'call', name: call.function, args, at, ...(call.target ? { target: convert(call.target, info) } : {}) }
}

function macroNode(call: Call, at: number, info: Info): Node {
  const [first, ...rest] = call.args
  if (call.function === 'has') return { is: 'has', of: child(first, info), at }
  const variable = first?.exprKind.case === 'identExpr' ? first.exprKind.value.name : undefined
  if (!loops.has(call.function) || !call.target || variable === undefined) throw new Error(`${call.function} is not known`)
  const bodies = rest.map(each => convert(each, info))
  return { is: 'each', macro: call.function, over: convert(call.target, info), variable, bodies, at }
}

function structNode(struct: Kind<'structExpr'>['value'], at: number, info: Info): Node {
  if (struct.messageName) throw new Error(`${struct.messageName}{…} is not known`)
  const entries = struct.entries.map(entry => {
    if (entry.keyKind.case !== 'mapKey') throw new Error('cannot be read')
    return { key: convert(entry.keyKind.value, info), value: child(entry.value, info) }
  })
  return { is: 'object', entries, at }
}

function literal(constant: Kind<'constExpr'>['value'], at: number): Node {
  const { constantKind: is } = constant
  const value =
    typeof is.value === 'string' || typeof is.value === 'boolean' ? is.value : is.case === 'nullValue' ? null : Number(is.value ?? 0)
  return { is: 'literal', value, whole: is.case === 'int64Value' || is.case === 'uint64Value', at }
}
