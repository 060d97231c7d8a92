// Go's fmt: what %v prints, Print, Println and Printf.
import { noFlags, type Flags } from './flags.ts'
import { formatValue } from './format-value.ts'
import { isInt, isNil, typeOf, type Value } from './value.ts'

/** What `{{ value }}` writes. */
export function print(value: Value): string {
  return typeof value === 'string' ? value : formatValue(value, 'v', noFlags)
}

/** Go's Sprint: a space between two neighbours that are both no texts. */
export function sprint(values: readonly Value[]): string {
  return values
    .map((value, index) => (index > 0 && typeof value !== 'string' && typeof values[index - 1] !== 'string' ? ' ' : '') + print(value))
    .join('')
}

/** Go's Sprintln: spaces between all of them, and a line break. */
export function sprintln(values: readonly Value[]): string {
  return `${values.map(print).join(' ')}\n`
}

interface Printer {
  readonly values: readonly Value[]
  next: number
  /** An index like %[2]d was used: then too many arguments are no mistake. */
  reordered: boolean
  /** The index of this verb was no good. */
  badIndex: boolean
}

const directive = /%([-+# 0]*)(?:\[([^\]]*)\])?(\*|\d+)?(?:(\.)(?:\[([^\]]*)\])?(\*|\d+)?)?(?:\[([^\]]*)\])?([\s\S]|$)/uy

/** Go's Sprintf; mistakes stand in the text (`%!d(string=a)`), as there. */
export function sprintf(text: string, values: readonly Value[]): string {
  const printer: Printer = { values, next: 0, reordered: false, badIndex: false }
  let written = ''
  for (let at = 0; at < text.length;) {
    const percent = text.indexOf('%', at)
    if (percent === -1) {
      written += text.slice(at)
      break
    }
    directive.lastIndex = percent
    const found = directive.exec(text) as RegExpExecArray
    written += text.slice(at, percent) + printOne(printer, found)
    at = percent + found[0].length
  }
  return written + extra(printer)
}

function printOne(printer: Printer, found: RegExpExecArray): string {
  const [, signs = '', widthIndex, width, point, precisionIndex, precision, index, verb = ''] = found
  printer.badIndex = false
  select(printer, widthIndex)
  const wide = count(printer, width, '%!(BADWIDTH)')
  if (point !== undefined) select(printer, precisionIndex)
  const precise = count(printer, point === undefined ? undefined : (precision ?? '0'), '%!(BADPREC)')
  select(printer, index)
  const negative = precise.count !== undefined && precise.count < 0
  const bad = wide.bad + precise.bad + (negative ? '%!(BADPREC)' : '')
  return bad + verbText(printer, verb, flagsOf(signs, wide.count, negative ? undefined : precise.count))
}

function flagsOf(signs: string, width: number | undefined, precision: number | undefined): Flags {
  return {
    minus: signs.includes('-') || (width ?? 0) < 0,
    plus: signs.includes('+'),
    sharp: signs.includes('#'),
    space: signs.includes(' '),
    zero: signs.includes('0'),
    width: width === undefined ? undefined : Math.abs(width),
    precision,
  }
}

function verbText(printer: Printer, verb: string, flags: Flags): string {
  if (verb === '') return '%!(NOVERB)'
  if (verb === '%') return '%'
  if (printer.badIndex) return `%!${verb}(BADINDEX)`
  if (printer.next >= printer.values.length) return `%!${verb}(MISSING)`
  return formatValue(printer.values[printer.next++], verb, flags)
}

function select(printer: Printer, index: string | undefined): void {
  if (index === undefined) return
  printer.reordered = true
  const wanted = /^\d+$/.test(index) ? Number(index) : 0
  if (wanted >= 1 && wanted <= printer.values.length) printer.next = wanted - 1
  else printer.badIndex = true
}

/** Widths beyond a million are no widths, as in Go. */
const widest = 1_000_000

function count(printer: Printer, text: string | undefined, bad: string): { readonly count: number | undefined; readonly bad: string } {
  if (text !== '*') return { count: text === undefined ? undefined : Number(text), bad: '' }
  const value = printer.values[printer.next++]
  if (!isInt(value) || value.value > widest || value.value < -widest) return { count: undefined, bad }
  return { count: Number(value.value), bad: '' }
}

function extra(printer: Printer): string {
  if (printer.reordered || printer.next >= printer.values.length) return ''
  const rest = printer.values.slice(printer.next).map(value => (isNil(value) ? '<nil>' : `${typeOf(value)}=${print(value)}`))
  return `%!(EXTRA ${rest.join(', ')})`
}
