import type { Json } from '#base/index.ts'

/** When a name gets its value: before the run begins, or only in it. */
export type When = 'plan' | 'run'

/** What is known of values before they are there. */
export type Shape =
  | { readonly is: 'any' | 'text' | 'integer' | 'number' | 'boolean' | 'nothing' }
  | { readonly is: 'list'; readonly of: Shape }
  | { readonly is: 'object'; readonly names: Scope }

/** A declared name. `when` holds for everything below it. */
export interface Name {
  readonly shape: Shape
  readonly when: When
  /** Declared, but without a value in this run; the text says how to give it one. */
  readonly absent?: string
}

/** The names that expressions may use. */
export type Scope = Readonly<Record<string, Name>>

export const any: Shape = { is: 'any' }
export const text: Shape = { is: 'text' }
export const integer: Shape = { is: 'integer' }
export const number: Shape = { is: 'number' }
export const boolean: Shape = { is: 'boolean' }
export const list = (of: Shape): Shape => ({ is: 'list', of })

/** An object all of whose names become known at the same time. */
export function object(when: When, shapes: Readonly<Record<string, Shape>>): Name {
  return {
    when,
    shape: { is: 'object', names: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape, when }])) },
  }
}

/** The shape of a value that is there already. */
export function shapeOf(value: Json): Shape {
  if (value === null) return { is: 'nothing' }
  if (typeof value === 'string') return text
  if (typeof value === 'boolean') return boolean
  if (typeof value === 'number') return Number.isInteger(value) ? integer : number
  if (Array.isArray(value)) return list(value.map(shapeOf).reduce(join, value.length > 0 ? shapeOf(value[0] ?? null) : any))
  const names = Object.entries(value).map(([name, each]): [string, Name] => [name, { shape: shapeOf(each ?? null), when: 'plan' }])
  return { is: 'object', names: Object.fromEntries(names) }
}

/** What holds for values of either shape. */
export function join(a: Shape, b: Shape): Shape {
  if (a.is === 'list' && b.is === 'list') return list(join(a.of, b.of))
  if (a.is === b.is) return a.is === 'object' ? any : a
  return isNumber(a) && isNumber(b) ? number : any
}

/** Whether a value of shape `is` may stand where `wanted` is asked for. */
export function fits(is: Shape, wanted: Shape): boolean {
  if (is.is === 'any' || wanted.is === 'any') return true
  if (is.is === 'list' && wanted.is === 'list') return fits(is.of, wanted.of)
  return is.is === wanted.is || (is.is === 'integer' && wanted.is === 'number')
}

/** For people. */
export function sayShape(shape: Shape): string {
  if (shape.is === 'list') return shape.of.is === 'any' ? 'a list' : `a list of ${sayShape(shape.of).replace(/^an? /, '')}`
  const words = { any: 'any value', text: 'text', integer: 'a whole number', number: 'a number', boolean: 'true or false' }
  return shape.is === 'object' ? 'several values' : shape.is === 'nothing' ? 'null' : words[shape.is]
}

function isNumber(shape: Shape): boolean {
  return shape.is === 'integer' || shape.is === 'number'
}
