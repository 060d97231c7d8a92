import { Refusal } from '../stop.ts'
import type { Dict, Int, List, Value } from '../value.ts'

/** What a function's arguments may be, by Go's names: `map` is map[string]interface {}, `list` is []interface {}. */
export interface Types {
  any: Value
  string: string
  int: Int
  float64: number
  bool: boolean
  map: Dict
  list: List
  strings: List
}
export type Type = keyof Types

/** What a function may ask of the evaluation that it stands in. */
export interface Context {
  /** The text that a template gives for a value. */
  include(name: string, dot: Value): string
  /** The text that a template in a text gives for a value. */
  tpl(text: string, dot: Value): string
}

export interface TemplateFunction {
  readonly takes: readonly Type[]
  /** The type of any further arguments. */
  readonly rest: Type | undefined
  /** Arguments have the types that are asked for; throws a Refusal where it cannot answer. */
  call(args: readonly Value[], context: Context): Value
}

export type Functions = Readonly<Record<string, TemplateFunction>>

type Tuple<T extends readonly Type[]> = { [Index in keyof T]: Types[T[Index]] }

/** A function with so many arguments of these types. */
export function takes<const T extends readonly Type[]>(types: T, call: (args: Tuple<T>, context: Context) => Value): TemplateFunction {
  return { takes: types, rest: undefined, call: (args, context) => call(args as Tuple<T>, context) }
}

/** A function with these arguments and any number more of one type. */
export function takesMore<const T extends readonly Type[], R extends Type>(
  types: T,
  rest: R,
  call: (args: Tuple<T>, more: readonly Types[R][]) => Value,
): TemplateFunction {
  return {
    takes: types,
    rest,
    call: args => call(args.slice(0, types.length) as unknown as Tuple<T>, args.slice(types.length) as unknown as Types[R][]),
  }
}

/** Ends a function that cannot answer. */
export function refuse(says: string): never {
  throw new Refusal(says)
}
