/**
 * Overrides on the command line, as `helm --set` reads them: `a.b=1,list[0].name=x,all={a,b}`, with `\` before a sign that means itself.
 * Whole numbers stay whole (int64), true, false and null are what they say, all else is text.
 */
import { problemOf, type Problem } from '#base/index.ts'
import { manifests } from './failures.ts'
import { dict, int, isDict, isList, list, type Dict, type Value } from './template/index.ts'

/** Sets what the overrides say in the values; later ones win, null takes a key away. */
export function override(values: Dict, overrides: readonly string[]): Problem[] {
  return overrides.flatMap(text => {
    try {
      for (const { path, value } of assignments(text)) assign(values, path, value)
      return []
    } catch (error) {
      if (!(error instanceof Wrong)) throw error
      return [problemOf(manifests.OVERRIDE({ override: text, says: error.message }))]
    }
  })
}

class Wrong extends Error {}

type Path = readonly (string | number)[]

interface Assignment {
  readonly path: Path
  readonly value: Value
}

/** Signs with a backslash before them are letters; the others part the text. */
interface Sign {
  readonly text: string
  readonly plain: boolean
}

function assignments(text: string): readonly Assignment[] {
  const signs = [...text.matchAll(/\\([\s\S])|([\s\S])/gu)].map(([, escaped, plain]): Sign => ({
    text: escaped ?? plain ?? '',
    plain: plain !== undefined,
  }))
  const read: Assignment[] = []
  let at = 0
  while (at < signs.length) {
    const equals = signs.findIndex((sign, index) => index >= at && sign.plain && sign.text === '=')
    if (equals === -1) throw new Wrong('has no =')
    const end = valueEnd(signs, equals + 1)
    read.push({ path: pathOf(signs.slice(at, equals)), value: valueOf(signs.slice(equals + 1, end)) })
    at = end + 1
  }
  return read
}

/** A value ends at a comma that does not stand in braces. */
function valueEnd(signs: readonly Sign[], start: number): number {
  const braced = signs[start]?.plain === true && signs[start]?.text === '{'
  const last = braced ? signs.findIndex((sign, index) => index > start && sign.plain && sign.text === '}') : start - 1
  if (braced && last === -1) throw new Wrong('a { is not closed')
  const comma = signs.findIndex((sign, index) => index > last && sign.plain && sign.text === ',')
  return comma === -1 ? signs.length : comma
}

/** Lists on the command line are short; a typing error should not fill the memory. */
const longestList = 65_536

function pathOf(signs: readonly Sign[]): Path {
  const path = split(signs, '.').flatMap(part => {
    const bracket = part.findIndex(sign => sign.plain && sign.text === '[')
    const name = textOf(bracket === -1 ? part : part.slice(0, bracket))
    const rest = bracket === -1 ? '' : textOf(part.slice(bracket))
    if (!/^(?:\[\d+\])*$/.test(rest)) throw new Wrong(`${rest} is no index`)
    const indexes = [...rest.matchAll(/\d+/g)].map(([digits]) => Number(digits))
    if (name === '') throw new Wrong('has an empty key')
    if (indexes.some(index => index > longestList)) throw new Wrong(`an index may be ${longestList} at most`)
    return [name, ...indexes]
  })
  return path
}

function split(signs: readonly Sign[], separator: string): Sign[][] {
  return signs.reduce<Sign[][]>(
    (parts, sign) => (sign.plain && sign.text === separator ? [...parts, []] : [...parts.slice(0, -1), [...(parts.at(-1) ?? []), sign]]),
    [[]],
  )
}

const textOf = (signs: readonly Sign[]): string => signs.map(sign => sign.text).join('')

function valueOf(signs: readonly Sign[]): Value {
  const [first] = signs
  if (!first?.plain || first.text !== '{') return scalar(textOf(signs))
  // `{}` is a list of one empty text: helm's way, and `null` takes a list away.
  return list(split(signs.slice(1, -1), ',').map(each => scalar(textOf(each))))
}

function scalar(text: string): Value {
  const word = text.toLowerCase()
  if (word === 'true' || word === 'false') return word === 'true'
  if (word === 'null') return null
  const whole = /^(?:0|[-+]?[1-9]\d*|[-+]0\d*)$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined
  return whole !== undefined && whole >= -(2n ** 63n) && whole < 2n ** 63n ? int(whole, 'int64') : text
}

function assign(into: Dict, path: Path, value: Value): void {
  const [key = '', ...rest] = path
  const name = String(key)
  if (rest.length > 0) into.entries.set(name, inside(into.entries.get(name), rest, value))
  else if (value === null) into.entries.delete(name)
  else into.entries.set(name, value)
}

/** What stands at a place after something deeper in it is set. */
function inside(present: Value, path: Path, value: Value): Value {
  const [key, ...rest] = path
  if (typeof key !== 'number') {
    const into = isDict(present) ? present : dict()
    assign(into, path, value)
    return into
  }
  const items: Value[] = isList(present) ? [...present.items] : []
  while (items.length <= key) items.push(null)
  items[key] = rest.length > 0 ? inside(items[key], rest, value) : value
  return list(items)
}
