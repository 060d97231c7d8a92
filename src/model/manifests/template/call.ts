import { nearMisses } from '#model/expressions/index.ts'
import { failures } from './failures.ts'
import type { Frame } from './frame.ts'
import type { TemplateFunction, Type } from './functions/function.ts'
import { Refusal, stopAt } from './stop.ts'
import type { Term } from './syntax.ts'
import { dict, int, isDict, isInt, isList, list, truth, typeOf, type Value } from './value.ts'

/** What a call is surrounded by. */
export interface Around {
  readonly dot: Value
  readonly piped: { readonly value: Value } | undefined
  evaluate(frame: Frame, term: Term, dot: Value): Value
}

interface Name {
  readonly name: string
  readonly at: number
}

/** Calls a function as Go does: arguments are checked against its types, what came through the pipe is the last of them. */
export function callFunction(frame: Frame, name: Name, args: readonly Term[], around: Around): Value {
  const called = Object.hasOwn(frame.run.functions, name.name) ? frame.run.functions[name.name] : undefined
  if (!called) {
    const near = nearMisses(name.name, Object.keys(frame.run.functions))
    throw stopAt(failures.FUNCTION_UNKNOWN({ name: name.name, near }), frame.source, name.at)
  }
  checkCount(frame, name, called, args.length + (around.piped ? 1 : 0))
  if (name.name === 'and' || name.name === 'or') return shortCircuit(frame, name.name, args, around)
  const values = args.map((term, index) => argument(frame, term, typeAt(called, index), around))
  if (around.piped) values.push(checked(frame, around.piped.value, typeAt(called, args.length), name.at))
  try {
    // In Go's functions no value and nil are the same.
    return called.call(
      values.map(value => value ?? null),
      {
        include: (template, dot) => frame.run.include(frame, name.at, template, dot),
        tpl: (text, dot) => frame.run.tpl(frame, name.at, text, dot),
      },
    )
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw stopAt(error.failure ?? failures.FUNCTION({ name: name.name, says: error.message }), frame.source, name.at)
  }
}

const typeAt = (called: TemplateFunction, index: number): Type => called.takes[index] ?? called.rest ?? 'any'

function checkCount(frame: Frame, { name, at }: Name, called: TemplateFunction, got: number): void {
  const wants = called.takes.length
  if (called.rest === undefined ? got === wants : got >= wants) return
  const says = `takes ${called.rest === undefined ? '' : 'at least '}${wants} ${wants === 1 ? 'argument' : 'arguments'}, not ${got}`
  throw stopAt(failures.FUNCTION({ name, says }), frame.source, at)
}

/** `and` and `or` evaluate no further than they must. */
function shortCircuit(frame: Frame, name: 'and' | 'or', args: readonly Term[], around: Around): Value {
  let value: Value
  for (const term of args) {
    value = argument(frame, term, 'any', around)
    if (truth(value) === (name === 'or')) return value
  }
  return around.piped ? around.piped.value : value
}

function argument(frame: Frame, term: Term, type: Type, around: Around): Value {
  if (term.is === 'number') {
    // A constant becomes what is asked for: `1` a float64, `1e3` an int.
    if (type === 'float64') return term.float
    if (type === 'int' && term.int !== undefined) return int(term.int)
  }
  return checked(frame, around.evaluate(frame, term, around.dot), type, term.at)
}

const fits: Readonly<Record<Type, (value: Value) => boolean>> = {
  any: () => true,
  string: value => typeof value === 'string',
  int: value => isInt(value) && value.type === 'int',
  float64: value => typeof value === 'number',
  bool: value => typeof value === 'boolean',
  map: value => isDict(value) && value.of === 'interface {}',
  list: value => isList(value) && value.of === 'interface {}',
  strings: value => isList(value) && value.of === 'string',
}

const goNames: Partial<Record<Type, string>> = { map: 'map[string]interface {}', list: '[]interface {}', strings: '[]string' }

/** The value, if it has the type that is asked for; no value stands for an empty map or list, a nil for nothing. */
function checked(frame: Frame, value: Value, type: Type, at: number): Value {
  if (fits[type](value)) return value
  if (value === undefined && type === 'map') return dict()
  if (value === undefined && (type === 'list' || type === 'strings')) return list([], type === 'list' ? 'interface {}' : 'string')
  const says = `${value === undefined || value === null ? 'there is no value here, but' : `this is ${typeOf(value)}, but`} ${goNames[type] ?? type} is wanted`
  throw stopAt(failures.EVALUATION({ says }), frame.source, at)
}
