// The door to CEL's parser and evaluator, which are loaded when the first expression needs them: most are mere paths (`path.ts`).
import type * as Library from '@bufbuild/cel'
import type { CelInput, CelList, CelMap, CelValue } from '@bufbuild/cel'
import type { Json } from '#base/index.ts'
import { nodeOf, type Parsed } from './cel-node.ts'
import { type ExpressionProblem } from './expression-problem.ts'
import { expressions } from './failures.ts'
import { mostValues } from './limits.ts'
import { loopInLoop, type Node } from './node.ts'
import { extraFunctions } from './strings.ts'

type Cel = typeof Library
type Values = Readonly<Record<string, Json | undefined>>

/** A parsed expression; evaluating it never throws. */
export interface Program {
  readonly node: Node
  evaluate(values: Values): { readonly value: Json } | { readonly problem: ExpressionProblem }
}
type Read = Program | { readonly problem: ExpressionProblem }

/** More than an application has; when it is full it starts anew. */
const mostPrograms = 2000
const programs = new Map<string, Promise<Read>>()
let language: Promise<(source: string) => Read> | undefined

/** The program of a source, parsed and planned once. */
export function program(source: string): Promise<Read> {
  const known = programs.get(source)
  if (known) return known
  language ??= import('@bufbuild/cel').then(reader)
  const made = language.then(read => read(source))
  if (programs.size >= mostPrograms) programs.clear()
  programs.set(source, made)
  return made
}

function reader(cel: Cel): (source: string) => Read {
  const environment = cel.celEnv({ funcs: extraFunctions(cel) })
  return source => {
    try {
      const parsed = cel.parse(source)
      const planned = cel.plan(environment, parsed)
      const node = nodeOf(parsed)
      const inner = loopInLoop(node)
      if (inner)
        return { problem: { failure: expressions.LIMIT({ says: `Expression ${source.trim()}: has a loop within a loop` }), at: inner.at } }
      return { node, evaluate: values => evaluate(cel, source, parsed, () => planned(inputs(values))) }
    } catch (error) {
      return { problem: syntaxProblem(source, error) }
    }
  }
}

function evaluate(cel: Cel, source: string, parsed: Parsed, compute: () => unknown): ReturnType<Program['evaluate']> {
  try {
    const result = compute()
    if (!cel.isCelError(result)) return { value: jsonOf(cel, result as CelValue, { left: mostValues }) }
    const at = parsed.sourceInfo?.positions[String(result.exprId ?? '')] ?? 0
    return { problem: { failure: expressions.FAILED({ source: source.trim(), says: result.message }), at } }
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error)
    return { problem: { failure: expressions.FAILED({ source: source.trim(), says }), at: 0 } }
  }
}

function syntaxProblem(source: string, error: unknown): ExpressionProblem {
  const { location, rawMessage, found } = error as {
    readonly location?: { readonly start?: { readonly offset?: number } }
    readonly rawMessage?: string
    readonly found?: string
  }
  const at = location?.start?.offset ?? 0
  const says =
    found === undefined ? (rawMessage ?? 'cannot be read') : `cannot be read at ${found === '' ? 'its end' : source.slice(at).trim()}`
  return { failure: expressions.SYNTAX({ source: source.trim(), says }), at }
}

const converted = new WeakMap<Values, Record<string, CelInput>>()

/** Values as CEL wants them: whole numbers are bigints, objects are maps (which have no prototype). */
function inputs(values: Values): Record<string, CelInput> {
  const known = converted.get(values)
  if (known) return known
  const made = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inputOf(value ?? null)]))
  converted.set(values, made)
  return made
}

function inputOf(value: Json): CelInput {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((each: Json) => inputOf(each))
  return new Map(Object.entries(value).flatMap(([key, each]): [string, CelInput][] => (each === undefined ? [] : [[key, inputOf(each)]])))
}

function jsonOf(cel: Cel, value: CelValue, budget: { left: number }): Json {
  if (--budget.left < 0) throw new Error(`gives more than ${mostValues} values`)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return finite(value)
  if (typeof value === 'bigint') return whole(value)
  if (cel.isCelUint(value)) return whole(value.value)
  if (cel.isCelList(value)) return [...(value as CelList)].map(each => jsonOf(cel, each, budget))
  if (cel.isCelMap(value)) {
    return Object.fromEntries([...(value as CelMap)].map(([key, each]) => [String(jsonOf(cel, key, budget)), jsonOf(cel, each, budget)]))
  }
  throw new Error('gives a time, bytes or a type; string(…) makes text of it')
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value
  throw new Error(`gives ${value}, which JSON cannot hold`)
}

function whole(value: bigint): number {
  const is = Number(value)
  if (Number.isSafeInteger(is)) return is
  throw new Error(`gives ${value}, which JSON cannot hold exactly`)
}
