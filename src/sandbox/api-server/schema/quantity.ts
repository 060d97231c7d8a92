const form = /^([+-]?)(\d*)(?:\.(\d*))?([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/

const binary: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 }
const decimal: Readonly<Record<string, number>> = { n: -3, u: -2, m: -1, '': 0, k: 1, M: 2, G: 3, T: 4, P: 5, E: 6 }
const binaryNames = Object.keys(binary)
const decimalNames = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']

/** Whole numbers of 10⁻⁹, the finest that a quantity can tell. */
const nano = 1_000_000_000n

interface Amount {
  readonly nanos: bigint
  readonly family: 'binary' | 'decimal' | 'exponent'
}

function read(text: string): Amount | undefined {
  const match = form.exec(text)
  if (!match || !/\d/.test(`${match[2]}${match[3] ?? ''}`)) return undefined
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match
  const digits = BigInt(`${whole}${fraction.padEnd(9, '0').slice(0, 9)}`) * (sign === '-' ? -1n : 1n)
  return scaled(digits, suffix)
}

function scaled(digits: bigint, suffix: string): Amount {
  const two = binary[suffix]
  if (two !== undefined) return { nanos: digits * 1024n ** BigInt(two), family: 'binary' }
  const exponent = /^[eE][+-]?\d/.test(suffix)
  const ten = exponent ? Number(suffix.slice(1)) : (decimal[suffix] ?? 0) * 3
  return { nanos: shifted(digits, ten), family: exponent ? 'exponent' : 'decimal' }
}

const shifted = (value: bigint, ten: number): bigint => (ten >= 0 ? value * 10n ** BigInt(ten) : value / 10n ** BigInt(-ten))

/** A quantity in billionths of its unit, for sums and comparisons; 0 where the text is none. */
export const nanosOf = (quantity: string | undefined): bigint => (quantity === undefined ? 0n : (read(quantity)?.nanos ?? 0n))

/** The quantity of so many billionths, in the same family of units as `like`. */
export const quantityOf = (nanos: bigint, like: string): string => {
  if (nanos === 0n) return '0'
  const isBinary = read(like)?.family === 'binary' && nanos % nano === 0n && abs(nanos / nano) >= 1024n
  return isBinary ? inBinary(nanos / nano) : inDecimal(nanos, false)
}

/**
 * A resource quantity as the server writes it: the largest unit that leaves a whole number (`0.5Gi` is `512Mi`, `1000m` is `1`).
 * Undefined where the text is none.
 */
export function canonicalQuantity(given: string | number): string | undefined {
  const amount = read(String(given))
  if (!amount) return undefined
  const { nanos, family } = amount
  if (nanos === 0n) return '0'
  if (family === 'binary' && nanos % nano === 0n && abs(nanos / nano) >= 1024n) return inBinary(nanos / nano)
  return inDecimal(nanos, family === 'exponent')
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value)

function inBinary(value: bigint): string {
  let rest = value
  let unit = -1
  while (unit < binaryNames.length - 1 && rest % 1024n === 0n) {
    rest /= 1024n
    unit++
  }
  return `${rest}${binaryNames[unit] ?? ''}`
}

function inDecimal(nanos: bigint, exponent: boolean): string {
  let rest = nanos
  let unit = 0
  while (unit < decimalNames.length - 1 && rest % 1000n === 0n) {
    rest /= 1000n
    unit++
  }
  const power = (unit - 3) * 3
  return exponent && power !== 0 ? `${rest}e${power}` : `${rest}${decimalNames[unit] ?? ''}`
}
