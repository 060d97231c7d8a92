import type { KubernetesObject } from '#base/index.ts'

/** One column of a Table: what `kubectl get` shows. */
export interface Column {
  readonly name: string
  readonly type: 'string' | 'integer' | 'date'
  /** `name` for the name's column, else empty. */
  readonly format: string
  /** 0: always shown; 1: with `-o wide`. */
  readonly priority: 0 | 1
  readonly cell: (object: KubernetesObject, now: number) => unknown
}

type Cell = Column['cell']

const column = (name: string, cell: Cell, type: Column['type'], priority: 0 | 1 = 0): Column => ({ name, type, format: '', priority, cell })

export const text = (name: string, cell: Cell): Column => column(name, cell, 'string')
export const count = (name: string, cell: Cell): Column => column(name, cell, 'integer')

/** The column, shown only with `-o wide`. */
export const wide = (of: Column): Column => ({ ...of, priority: 1 })

/** Go's short form of an age: two units up to some limit of each, as kubectl shows it. */
export function age(since: unknown, now: number): string {
  const then = typeof since === 'string' ? Date.parse(since) : Number.NaN
  if (Number.isNaN(then)) return '<unknown>'
  return span(now - then)
}

const units = { d: 86_400, h: 3600, m: 60, s: 1 }

/** The form: below two minutes in seconds, below ten minutes with seconds, below three hours in minutes, and so on. */
const steps: readonly (readonly [below: number, first: keyof typeof units, second?: keyof typeof units])[] = [
  [120, 's'],
  [600, 'm', 's'],
  [3 * 3600, 'm'],
  [8 * 3600, 'h', 'm'],
  [48 * 3600, 'h'],
  [8 * 86_400, 'd', 'h'],
  [2 * 365 * 86_400, 'd'],
]

/** A length of time as kubectl shows it. */
export function span(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds <= 0) return '0s'
  const [, first, second] = steps.find(([below]) => seconds < below) ?? [0, 'd' as const]
  const whole = Math.floor(seconds / units[first])
  const rest = second ? Math.floor((seconds % units[first]) / units[second]) : 0
  return `${whole}${first}${second && rest > 0 ? `${rest}${second}` : ''}`
}

export const nameColumn: Column = { ...column('Name', object => object.metadata.name, 'string'), format: 'name' }
export const ageColumn: Column = text('Age', (object, now) => age(object.metadata.creationTimestamp, now))
export const createdColumn: Column = column('Created At', object => object.metadata.creationTimestamp ?? null, 'date')

/** What a resource without columns of its own shows. */
export const plainColumns: readonly Column[] = [nameColumn, ageColumn]

/** `a=b,c=d`, or `<none>`. */
export function pairs(map: Readonly<Record<string, string>> | undefined): string {
  const all = Object.entries(map ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return all.length > 0 ? all.map(([key, value]) => `${key}=${value}`).join(',') : '<none>'
}

interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

const operators: Readonly<Record<string, (key: string, values: string) => string>> = {
  In: (key, values) => `${key} in (${values})`,
  NotIn: (key, values) => `${key} notin (${values})`,
  Exists: key => key,
  DoesNotExist: key => `!${key}`,
}

/** A label selector as query text. */
export function selectorText(selector: LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => [key, `${key}=${value}`] as const)
  const others = (selector?.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) => [key, operators[operator]?.(key, values.toSorted().join(',')) ?? ''] as const,
  )
  const all = [...equal, ...others].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return all.length > 0 ? all.map(([, text]) => text).join(',') : '<none>'
}
