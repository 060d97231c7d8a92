import { floatText } from '#model/documents/index.ts'
import { pad, type Flags } from './flags.ts'

/** A float64 by the verbs v, g, G, e, E, f, F; undefined for any other. */
export function formatFloat(value: number, verb: string, flags: Flags): string | undefined {
  const form = forms[verb]
  if (form === undefined) return undefined
  const sign = signOf(value, flags)
  if (!Number.isFinite(value)) return pad(Number.isNaN(value) ? `${flags.plus ? '+' : ''}NaN` : `${sign}Inf`, flags, false)
  const plain = magnitude(Math.abs(value), form, flags, flags.sharp && verb !== 'v')
  const text = verb === 'E' || verb === 'G' ? plain.toUpperCase() : plain
  const filled = flags.zero && !flags.minus ? text.padStart((flags.width ?? 0) - sign.length, '0') : text
  return pad(sign + filled, flags, false)
}

const forms: Readonly<Record<string, 'e' | 'f' | 'g'>> = { v: 'g', g: 'g', G: 'g', e: 'e', E: 'e', f: 'f', F: 'f' }

function signOf(value: number, flags: Flags): string {
  if (value < 0 || Object.is(value, -0)) return '-'
  if (flags.plus || value === Number.POSITIVE_INFINITY) return '+'
  return flags.space ? ' ' : ''
}

function magnitude(size: number, form: 'e' | 'f' | 'g', flags: Flags, keepsZeros: boolean): string {
  if (form === 'f') return fixed(size, flags.precision ?? 6)
  if (form === 'e') return exponential(size, flags.precision ?? 6)
  if (flags.precision === undefined) return keepsZeros ? padDigits(floatText(size), 6) : floatText(size)
  return general(size, flags.precision === 0 ? 1 : flags.precision, keepsZeros)
}

/** `%.3g`: so many digits in all, exponent form where the point would stand outside of them. */
function general(size: number, precision: number, keepsZeros: boolean): string {
  const scientific = exponential(size, precision - 1)
  const [digits = '', power = '0'] = scientific.split('e')
  const exponent = Number(power)
  const useExponent = exponent < -4 || exponent >= precision
  const text = useExponent ? digits : fixed(size, Math.max(0, precision - 1 - exponent))
  const short = keepsZeros || !text.includes('.') ? text : text.replace(/\.?0+$/, '')
  return useExponent ? `${short}e${power}` : short
}

/** `%#g` keeps the zeros. */
function padDigits(text: string, digits: number): string {
  const [number = '', exponent] = text.split('e')
  const pointed = number.includes('.') ? number : `${number}.`
  const missing = digits - pointed.replace('.', '').replace(/^0+(?=\d)/, '').length
  return pointed + '0'.repeat(Math.max(0, missing)) + (exponent === undefined ? '' : `e${exponent}`)
}

/** JavaScript writes 100 digits at most, and Go as many as are asked for. */
const mostDigits = 100

function fixed(size: number, precision: number): string {
  if (size >= 1e21) return BigInt(size).toString() + (precision > 0 ? `.${'0'.repeat(precision)}` : '')
  const digits = Math.min(precision, mostDigits)
  return halfToEven(size.toFixed(digits), size.toFixed(mostDigits), digits) + '0'.repeat(precision - digits)
}

function exponential(size: number, precision: number): string {
  const digits = Math.min(precision, mostDigits)
  const [number = '', power = '0'] = size.toExponential(digits).split('e')
  const [exact = '', exactPower] = size.toExponential(mostDigits).split('e')
  // Where rounding up added a digit, half was not the question.
  const rounded = power === exactPower ? halfToEven(number, exact, digits) : number
  const exponent = Number(power)
  return `${rounded}${'0'.repeat(precision - digits)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** JavaScript rounds an exact half up, Go to the even neighbour. */
function halfToEven(rounded: string, exact: string, digits: number): string {
  const point = exact.indexOf('.')
  const end = digits === 0 ? point : point + 1 + digits
  const kept = exact.slice(0, end)
  const rest = exact.slice(end).replace('.', '')
  return /^50*$/.test(rest) && /[02468]$/.test(kept) ? kept : rounded
}
