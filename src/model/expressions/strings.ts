// Functions beside CEL's own. Their results are bounded, so that no chain of them grows without limit (limits.ts).
import type * as Library from '@bufbuild/cel'
import type { CelFunc } from '@bufbuild/cel'
import { bounded } from './limits.ts'

/** CEL's text functions, named as in its strings extension, and arithmetic between whole and other numbers, which JSON does not tell apart. */
export function extraFunctions({ celFunc, celMethod, CelScalar, listType }: typeof Library): CelFunc[] {
  const { STRING, INT, DOUBLE } = CelScalar
  const texts = listType(STRING)
  const part = (of: string, from: bigint, to?: bigint): string => {
    const [start, end] = [Number(from), to === undefined ? of.length : Number(to)]
    if (start < 0 || start > end || end > of.length) throw new Error(`substring(${start}, ${end}) of a text of ${of.length} characters`)
    return of.slice(start, end)
  }
  const mixed = (name: string, compute: (a: number, b: number) => number): CelFunc[] => [
    celFunc(name, [INT, DOUBLE], DOUBLE, (a, b) => compute(Number(a), b)),
    celFunc(name, [DOUBLE, INT], DOUBLE, (a, b) => compute(a, Number(b))),
  ]
  return [
    celMethod('lowerAscii', STRING, [], STRING, function () {
      return this.replaceAll(/[A-Z]/g, letter => letter.toLowerCase())
    }),
    celMethod('upperAscii', STRING, [], STRING, function () {
      return this.replaceAll(/[a-z]/g, letter => letter.toUpperCase())
    }),
    celMethod('trim', STRING, [], STRING, function () {
      return this.trim()
    }),
    celMethod('replace', STRING, [STRING, STRING], STRING, function (from, to) {
      bounded(this.length + (this.split(from).length - 1) * to.length)
      return this.replaceAll(from, () => to)
    }),
    celMethod('split', STRING, [STRING], texts, function (separator) {
      return this.split(separator)
    }),
    celMethod('join', texts, [], STRING, function () {
      return joined([...this] as string[], '')
    }),
    celMethod('join', texts, [STRING], STRING, function (separator) {
      return joined([...this] as string[], separator)
    }),
    celMethod('substring', STRING, [INT], STRING, function (from) {
      return part(this, from)
    }),
    celMethod('substring', STRING, [INT, INT], STRING, function (from, to) {
      return part(this, from, to)
    }),
    celMethod('indexOf', STRING, [STRING], INT, function (wanted) {
      return BigInt(this.indexOf(wanted))
    }),
    ...mixed('_+_', (a, b) => a + b),
    ...mixed('_-_', (a, b) => a - b),
    ...mixed('_*_', (a, b) => a * b),
    ...mixed('_/_', (a, b) => a / b),
  ]
}

function joined(parts: readonly string[], separator: string): string {
  bounded(parts.reduce((sum, each) => sum + each.length + separator.length, 0))
  return parts.join(separator)
}
