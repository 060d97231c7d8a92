// Constants as Go writes them.
import { textOf } from './bytes.ts'
import type { NumberTerm } from './syntax.ts'

const simple: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 }
const escape = /\\(?:([abfnrtv\\'"])|([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|)/g
const encoder = new TextEncoder()

/** The text of a string or character constant with its quotes; undefined where an escape is none of Go's. */
export function unquote(written: string): string | undefined {
  const inside = written.slice(1, -1)
  if (written.startsWith('`')) return inside.replaceAll('\r', '')
  if (!inside.includes('\\')) return inside
  const bytes: number[] = []
  let at = 0
  for (const found of inside.matchAll(escape)) {
    const part = escaped(found, written[0] ?? '')
    if (!part) return undefined
    bytes.push(...encoder.encode(inside.slice(at, found.index)), ...part)
    at = found.index + found[0].length
  }
  bytes.push(...encoder.encode(inside.slice(at)))
  return textOf(Uint8Array.from(bytes))
}

function escaped([, letter, octal, hex, short, long]: RegExpExecArray, quote: string): Iterable<number> | undefined {
  if (letter === '"' || letter === "'") return letter === quote ? [letter.charCodeAt(0)] : undefined
  if (letter !== undefined) return [simple[letter] ?? 0]
  if (octal !== undefined) return byte(Number.parseInt(octal, 8))
  return hex === undefined ? character(Number.parseInt(short ?? long ?? 'none', 16)) : byte(Number.parseInt(hex, 16))
}

const byte = (code: number): Iterable<number> | undefined => (code <= 0xff ? [code] : undefined)

function character(code: number): Iterable<number> | undefined {
  return code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff) ? encoder.encode(String.fromCodePoint(code)) : undefined
}

const least = -(2n ** 63n)
const greatest = 2n ** 63n - 1n

/** A number constant, or what is wrong with it. */
export function numberTerm(text: string, at: number): NumberTerm | { readonly wrong: string } {
  const digits = text.replaceAll('_', '')
  if (/__|_$|^[-+]?_|_[.eEpP]|[.eEpP]_/.test(text)) return { wrong: `${text} is not a number` }
  const looksFloat = !/^[-+]?0[xXbBoO]/.test(digits) && /[.eE]/.test(digits)
  if (looksFloat) {
    const float = Number(digits)
    if (!Number.isFinite(float)) return { wrong: `${text} is too large` }
    const int = Number.isInteger(float) && Math.abs(float) < 2 ** 63 ? BigInt(float) : undefined
    return { is: 'number', at, text, int, float, looksFloat }
  }
  const int = wholeNumber(digits)
  if (int === undefined) return { wrong: `${text} is not a number` }
  return int < least || int > greatest
    ? { wrong: `${text} does not fit 64 bits` }
    : { is: 'number', at, text, int, float: Number(int), looksFloat }
}

function wholeNumber(digits: string): bigint | undefined {
  const [, sign, amount = ''] = /^([-+]?)(.*)$/.exec(digits) ?? []
  const modern = /^0[0-7]+$/.test(amount) ? `0o${amount.slice(1)}` : amount.toLowerCase()
  if (!/^(?:0x[\da-f]+|0b[01]+|0o[0-7]+|0|[1-9]\d*)$/.test(modern)) return undefined
  return BigInt(modern) * (sign === '-' ? -1n : 1n)
}
