/**
 * What a plain (unquoted) scalar means to kubectl and helm, which read YAML by sigs.k8s.io/yaml (go-yaml 2): booleans of YAML 1.1,
 * octal and binary numbers, `_` between digits, no base 60, and dates stay text. Proved against both in test/oracle.
 */
export type PlainScalar =
  | { readonly is: 'null' }
  | { readonly is: 'boolean'; readonly value: boolean }
  | { readonly is: 'int'; readonly value: bigint }
  | { readonly is: 'float'; readonly value: number }
  | { readonly is: 'merge' }
  | { readonly is: 'text' }

const words = new Map<string, PlainScalar>()
const add = (scalar: PlainScalar, texts: string): void => texts.split(' ').forEach(text => words.set(text, scalar))
add({ is: 'boolean', value: true }, 'y Y yes Yes YES true True TRUE on On ON')
add({ is: 'boolean', value: false }, 'n N no No NO false False FALSE off Off OFF')
add({ is: 'null' }, '~ null Null NULL')
add({ is: 'float', value: Number.NaN }, '.nan .NaN .NAN')
add({ is: 'float', value: Number.POSITIVE_INFINITY }, '.inf .Inf .INF +.inf +.Inf +.INF')
add({ is: 'float', value: Number.NEGATIVE_INFINITY }, '-.inf -.Inf -.INF')
words.set('', { is: 'null' })
words.set('<<', { is: 'merge' })

const decimal = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/
const whole = /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9]\d*)$/
const least = -(2n ** 63n)
/** go-yaml holds whole numbers of 64 bits, unsigned ones too; greater ones become floats. */
const greatest = 2n ** 64n - 1n

/** Reads one plain scalar: what is no word and no number is text. */
export function plainScalar(text: string): PlainScalar {
  const word = words.get(text)
  if (word) return word
  const first = text.charCodeAt(0)
  const mayBeNumber = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46
  return (mayBeNumber && number(text)) || { is: 'text' }
}

function number(text: string): PlainScalar | undefined {
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '')
  const [, sign, amount] = whole.exec(digits) ?? []
  if (amount !== undefined) {
    const value = BigInt(/^0[0-7]+$/.test(amount) ? `0o${amount.slice(1)}` : amount.toLowerCase()) * (sign === '-' ? -1n : 1n)
    if (value >= least && value <= greatest) return { is: 'int', value }
  }
  const value = Number(digits)
  return decimal.test(digits) && Number.isFinite(value) ? { is: 'float', value } : undefined
}
