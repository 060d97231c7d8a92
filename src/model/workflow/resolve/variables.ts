// The value of every variable of a run. From the last word to the first: what the run gives, the phase, the workflow, the environment for
// this service, the environment, the service.
import type { Failure, Json } from '#base/index.ts'
import { nearMisses } from '#model/expressions/index.ts'
import { workflow } from '../failures.ts'
import { sayValue } from '../written/leaf.ts'
import { typeOf, value as valueSchema, type Value, type Variable, type WrittenValues } from '../written/variables.ts'

export interface VariableLayers {
  /** For messages: `Workflow canary`. */
  readonly title: string
  /** Of the service, the environment, the environment for this service; later ones win. */
  readonly lower: readonly WrittenValues[]
  readonly declared: Readonly<Record<string, Variable>>
  readonly phase: WrittenValues
  /** By the run; texts are read as the type that the variable has. */
  readonly given: Readonly<Record<string, Json>>
}

export function mergeVariables(layers: VariableLayers): { readonly values: WrittenValues; readonly failures: readonly Failure[] } {
  const { declared, phase, title: where } = layers
  const defaults = Object.fromEntries(
    Object.entries(declared).flatMap(([name, each]) => (each.default === undefined ? [] : [[name, each.default]])),
  )
  const written: Record<string, Value> = Object.assign({}, ...layers.lower, defaults, phase)
  const known = [...new Set([...Object.keys(written), ...Object.keys(declared)])]
  const failures: Failure[] = []
  for (const [name, given] of Object.entries(layers.given)) {
    if (!known.includes(name)) {
      failures.push(workflow.UNKNOWN_VARIABLE({ where, variable: name, near: nearMisses(name, known) }))
      continue
    }
    const type = declared[name]?.type ?? typeOf(written[name] ?? '')
    const read = readAs(type, given)
    if (read === undefined) failures.push(workflow.VARIABLE_VALUE({ where, variable: name, is: sayValue(given), wants: sayType[type] }))
    else written[name] = read
  }
  return {
    values: written,
    failures: [
      ...failures,
      ...declarationFailures(where, written, declared, new Set(failures.map(each => String(each.facts['variable'])))),
    ],
  }
}

const sayType: Readonly<Record<Variable['type'], string>> = {
  text: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
}

function readAs(type: Variable['type'], given: Json): Value | undefined {
  const value = valueSchema.safeParse(given).data
  if (typeof value === 'string') return readText[type](value)
  return value !== undefined && fitsType(value, type) ? value : undefined
}

/** A command line knows only texts. */
const readText: Readonly<Record<Variable['type'], (text: string) => Value | undefined>> = {
  text: text => text,
  boolean: text => (text === 'true' ? true : text === 'false' ? false : undefined),
  list: text => text.split(',').map(each => each.trim()),
  integer: text => (/^[-+]?\d+$/.test(text.trim()) ? Number(text) : undefined),
  number: text => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined),
}

function fitsType(value: Value, type: Variable['type']): boolean {
  const is = typeOf(value)
  return is === type || (is === 'integer' && type === 'number')
}

/** What the workflow asks of its variables: a value, of the type it says, one of those that it names. */
function declarationFailures(
  where: string,
  values: WrittenValues,
  declared: VariableLayers['declared'],
  told: ReadonlySet<string>,
): readonly Failure[] {
  return Object.entries(declared).flatMap(([name, { type, oneOf }]) => {
    const value = values[name]
    if (told.has(name)) return []
    if (value === undefined) return [workflow.VARIABLE_MISSING({ where, variable: name })]
    if (!fitsType(value, type)) return [workflow.VARIABLE_VALUE({ where, variable: name, is: sayValue(value), wants: sayType[type] })]
    if (!oneOf || oneOf.some(each => JSON.stringify(each) === JSON.stringify(value))) return []
    return [workflow.VARIABLE_VALUE({ where, variable: name, is: sayValue(value), wants: oneOf.map(each => String(each)).join(' or ') })]
  })
}
