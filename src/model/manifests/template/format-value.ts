// One value by one verb of Go's fmt.
import { bytesOf } from './bytes.ts'
import { pad, type Flags } from './flags.ts'
import { formatFloat } from './format-float.ts'
import { quote, quoteRune } from './quote.ts'
import { isDict, isInt, isList, isNil, sortedKeys, typeOf, type Dict, type Int, type List, type Value } from './value.ts'

/** The text of a value by a verb like `v`, `d`, `q`. */
export function formatValue(value: Value, verb: string, flags: Flags): string {
  if (verb === 'T') return pad(typeOf(value), flags)
  if (isNil(value)) return verb === 'v' ? pad('<nil>', flags) : badVerb(value, verb, flags)
  // With v, + asks for the names of fields, which these values have none of.
  return inside(value, verb, verb === 'v' ? { ...flags, plus: false } : flags)
}

function inside(value: Value, verb: string, flags: Flags): string {
  if (isNil(value)) return verb === 'v' && flags.sharp ? 'interface {}(nil)' : '<nil>'
  if (isList(value)) return listText(value, verb, flags)
  if (isDict(value)) return dictText(value, verb, flags)
  const text = isInt(value) ? intText(value, verb, flags) : simpleText(value, verb, flags)
  return text ?? badVerb(value, verb, flags)
}

function simpleText(value: boolean | number | string, verb: string, flags: Flags): string | undefined {
  if (typeof value === 'boolean') return verb === 'v' || verb === 't' ? pad(String(value), flags) : undefined
  return typeof value === 'number' ? formatFloat(value, verb, flags) : stringText(value, verb, flags)
}

/** A verb that does not fit its value, as Go tells it: the value follows by %v, in the same width. */
function badVerb(value: Value, verb: string, flags: Flags): string {
  return `%!${verb}(${isNil(value) ? '<nil>' : `${typeOf(value)}=${inside(value, 'v', { ...flags, sharp: false })}`})`
}

function listText(value: List, verb: string, flags: Flags): string {
  const items = value.items.map(item => inside(item, verb, flags))
  if (verb !== 'v' || !flags.sharp) return `[${items.join(' ')}]`
  return typeOf(value) + (value.unmade ? '(nil)' : `{${items.join(', ')}}`)
}

function dictText(value: Dict, verb: string, flags: Flags): string {
  const pairs = sortedKeys(value).map(key => `${inside(key, verb, flags)}:${inside(value.entries.get(key), verb, flags)}`)
  return verb === 'v' && flags.sharp ? `${typeOf(value)}{${pairs.join(', ')}}` : `map[${pairs.join(' ')}]`
}

function stringText(value: string, verb: string, flags: Flags): string | undefined {
  const cut = flags.precision === undefined ? value : [...value].slice(0, flags.precision).join('')
  switch (verb) {
    case 'v':
      return pad(flags.sharp ? quote(cut) : cut, flags)
    case 's':
      return pad(cut, flags)
    case 'q':
      return pad(quote(cut, flags), flags)
    case 'x':
    case 'X':
      return pad(hexBytes(value, verb, flags), flags)
    default:
      return undefined
  }
}

function hexBytes(value: string, verb: string, flags: Flags): string {
  const bytes = [...bytesOf(value).subarray(0, flags.precision)].map(byte => byte.toString(16).padStart(2, '0'))
  const prefix = flags.sharp ? '0x' : ''
  const text = flags.space ? bytes.map(byte => prefix + byte).join(' ') : bytes.length > 0 ? prefix + bytes.join('') : ''
  return verb === 'X' ? text.toUpperCase() : text
}

const bases: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }

function intText({ value }: Int, verb: string, flags: Flags): string | undefined {
  const base = bases[verb]
  if (base !== undefined) return digits(value, base, verb, flags)
  const code = value >= 0n && value <= 0x10_ffffn ? Number(value) : 0xfffd
  if (verb === 'c') return pad(String.fromCodePoint(code), flags)
  if (verb === 'q') return pad(quoteRune(code, flags), flags)
  if (verb !== 'U') return undefined
  const hex = `U+${value.toString(16).toUpperCase().padStart(4, '0')}`
  return pad(flags.sharp ? `${hex} '${String.fromCodePoint(code)}'` : hex, flags, false)
}

function digits(value: bigint, base: number, verb: string, flags: Flags): string {
  if (flags.precision === 0 && value === 0n) return pad('', flags, false)
  const sign = value < 0n ? '-' : flags.plus ? '+' : flags.space ? ' ' : ''
  const zeros = flags.zero && !flags.minus ? (flags.width ?? 0) - sign.length : 0
  const plain = (value < 0n ? -value : value).toString(base).padStart(flags.precision ?? zeros, '0')
  const text = verb === 'X' ? plain.toUpperCase() : plain
  return pad(sign + basePrefix(verb, text, flags) + text, flags, false)
}

function basePrefix(verb: string, digits: string, flags: Flags): string {
  if (verb === 'O') return '0o'
  if (!flags.sharp) return ''
  if (verb === 'o') return digits.startsWith('0') ? '' : '0'
  return { b: '0b', x: '0x', X: '0X' }[verb] ?? ''
}
