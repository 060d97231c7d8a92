import { callFunction } from './call.ts'
import { failures } from './failures.ts'
import type { Frame } from './frame.ts'
import { stopAt } from './stop.ts'
import type { Command, NumberTerm, Pipe, Term } from './syntax.ts'
import { int, isDict, typeOf, type Value } from './value.ts'

/** The value of a pipeline; its variables are set on the way. A nil becomes no value. */
export function evaluatePipe(frame: Frame, pipe: Pipe, dot: Value): Value {
  let value: Value
  for (const [index, command] of pipe.commands.entries()) {
    value = evaluateCommand(frame, command, dot, index === 0 ? undefined : { value }) ?? undefined
  }
  for (const name of pipe.declares) {
    if (pipe.assigns) setVariable(frame, name, value)
    else frame.variables.push({ name, value })
  }
  return value
}

/** Changes the innermost variable of that name; the parser has seen that there is one. */
export function setVariable(frame: Frame, name: string, value: Value): void {
  const variable = frame.variables.findLast(each => each.name === name)
  if (variable) variable.value = value
}

/** What came through the pipe: the last argument of a function. */
export interface Piped {
  readonly value: Value
}

function evaluateCommand(frame: Frame, command: Command, dot: Value, piped: Piped | undefined): Value {
  const [first, ...args] = command.words as [Term, ...Term[]]
  if (first.is === 'function') return callFunction(frame, first, args, { dot, piped, evaluate: evaluateTerm })
  if (args.length > 0 || piped) {
    throw stopAt(failures.EVALUATION({ says: `${shown(frame, first)} is no function, so it takes no arguments` }), frame.source, first.at)
  }
  if (first.is === 'nil') throw stopAt(failures.EVALUATION({ says: 'nil alone is not a value' }), frame.source, first.at)
  return evaluateTerm(frame, first, dot)
}

/** The value of one term, as an argument or alone. */
export function evaluateTerm(frame: Frame, term: Term, dot: Value): Value {
  switch (term.is) {
    case 'dot':
      return dot
    case 'nil':
      return undefined
    case 'boolean':
    case 'string':
      return term.value
    case 'number':
      return constant(frame, term)
    case 'field':
      return fieldsOf(frame, term, dot, term.fields)
    case 'variable':
      return fieldsOf(frame, term, frame.variables.findLast(each => each.name === term.name)?.value, term.fields)
    case 'function':
      return callFunction(frame, term, [], { dot, piped: undefined, evaluate: evaluateTerm })
    case 'chain':
      return fieldsOf(frame, term, evaluateTerm(frame, term.of, dot), term.fields)
    case 'pipe':
      return evaluatePipe(frame, term, dot)
  }
}

function constant(frame: Frame, term: NumberTerm): Value {
  if (term.looksFloat) return term.float
  if (term.int === undefined) throw stopAt(failures.EVALUATION({ says: `${term.text} is no whole number` }), frame.source, term.at)
  return int(term.int)
}

function fieldsOf(frame: Frame, term: Term, from: Value, fields: readonly string[]): Value {
  let value = from
  for (const field of fields) value = fieldOf(frame, term, value, field)
  return value
}

const helmObjects = new Set(['Capabilities', 'Chart', 'Files', 'Release', 'Subcharts', 'Template'])

function fieldOf(frame: Frame, term: Term, from: Value, field: string): Value {
  if (from === undefined) return undefined
  const stop = (says: string): Error => stopAt(failures.EVALUATION({ says }), frame.source, term.at)
  if (from === null) throw stop(`${shown(frame, term)}: there is nothing to take .${field} from`)
  if (!isDict(from)) throw stop(`${shown(frame, term)}: ${typeOf(from)} has no field ${field}`)
  if (from === frame.run.root && helmObjects.has(field) && !from.entries.has(field)) {
    throw stopAt(failures.HELM_OBJECT({ name: field }), frame.source, term.at)
  }
  // A map of texts gives an empty text for a key that is not there, any other map nil.
  return from.entries.get(field) ?? (from.of === 'string' ? '' : null)
}

/** The term as it is written. */
function shown(frame: Frame, term: Term): string {
  const [word] = /^\S*?(?=[\s)|}]|$)/.exec(frame.source.text.slice(term.at)) ?? ['']
  return word
}
