import { any, boolean, integer, list, number, text, type Shape } from './shape.ts'

/** What a function takes and gives. `on`: the value before the dot of a method. */
export interface Signature {
  readonly on?: Shape
  readonly args: readonly Shape[]
  readonly result: Shape
}

const takes = (args: readonly Shape[], result: Shape): Signature => ({ args, result })
const method = (on: Shape, args: readonly Shape[], result: Shape): Signature => ({ on, args, result })
const lists = list(any)
const objects: Shape = { is: 'object', names: {} }
const compared = [takes([number, number], boolean), takes([text, text], boolean), takes([boolean, boolean], boolean)]
const calculated = [takes([integer, integer], integer), takes([number, number], number)]
const size = [...[text, lists, objects].map(of => takes([of], integer)), ...[text, lists, objects].map(of => method(of, [], integer))]
const time = [method(any, [], integer), method(any, [text], integer)]

/** Functions of CEL and the text functions that we add (`strings.ts`), as far as the checker must know them. */
export const functions: Readonly<Record<string, readonly Signature[]>> = {
  '_<_': compared,
  '_<=_': compared,
  '_>_': compared,
  '_>=_': compared,
  '_&&_': [takes([boolean, boolean], boolean)],
  '_||_': [takes([boolean, boolean], boolean)],
  '!_': [takes([boolean], boolean)],
  '-_': [takes([integer], integer), takes([number], number)],
  '_+_': [...calculated, takes([text, text], text), takes([lists, lists], lists)],
  '_-_': calculated,
  '_*_': calculated,
  '_/_': calculated,
  '_%_': [takes([integer, integer], integer)],
  '@in': [takes([any, lists], boolean), takes([text, objects], boolean)],
  size,
  startsWith: [method(text, [text], boolean)],
  endsWith: [method(text, [text], boolean)],
  contains: [method(text, [text], boolean)],
  matches: [method(text, [text], boolean), takes([text, text], boolean)],
  lowerAscii: [method(text, [], text)],
  upperAscii: [method(text, [], text)],
  trim: [method(text, [], text)],
  replace: [method(text, [text, text], text)],
  split: [method(text, [text], list(text))],
  join: [method(list(text), [text], text), method(list(text), [], text)],
  substring: [method(text, [integer], text), method(text, [integer, integer], text)],
  indexOf: [method(text, [text], integer)],
  string: [takes([any], text)],
  int: [takes([any], integer)],
  double: [takes([any], number)],
  bool: [takes([any], boolean)],
  dyn: [takes([any], any)],
  type: [takes([any], any)],
  timestamp: [takes([any], any)],
  duration: [takes([any], any)],
  getFullYear: time,
  getMonth: time,
  getDate: time,
  getDayOfMonth: time,
  getDayOfWeek: time,
  getDayOfYear: time,
  getHours: time,
  getMinutes: time,
  getSeconds: time,
}

/** `_+_` as people write it. */
export function operatorName(name: string): string {
  return name.startsWith('_') || name.endsWith('_') || name.startsWith('@') ? name.replaceAll(/[_@]/g, '') : name
}
