import type { HeaderOperation } from '../objects.ts'
import { isAuthority } from '../validation/headers.ts'

export type Headers = Readonly<Record<string, string>>

/** Headers (names in lower case) after the operations: first everything is removed, then set and added in order. */
export function changeHeaders(headers: Headers, operations: readonly (HeaderOperation | undefined)[]): Headers {
  const changed = new Map(Object.entries(headers))
  const given = operations.filter(operation => operation !== undefined)
  for (const name of given.flatMap(({ remove = [] }) => remove)) changed.delete(name.toLowerCase())
  for (const { set, add } of given) {
    for (const [name, value] of free(set)) changed.set(name, value)
    for (const [name, value] of free(add)) changed.set(name, changed.has(name) ? `${changed.get(name)},${value}` : value)
  }
  return Object.fromEntries(changed)
}

/** Names in lower case with their values; the authority is changed by a way of its own, other names with a colon not at all. */
function free(values: Readonly<Record<string, string>> | undefined): readonly (readonly [name: string, value: string])[] {
  return Object.entries(values ?? {})
    .filter(([name]) => !isAuthority(name) && !name.startsWith(':'))
    .map(([name, value]) => [name.toLowerCase(), literal(value)])
}

/** The authority that an operation sets, where it does. */
export function authorityOf(operation: HeaderOperation | undefined): string | undefined {
  const find = (values: Readonly<Record<string, string>> | undefined): string | undefined =>
    Object.entries(values ?? {}).find(([name, value]) => isAuthority(name) && value !== '')?.[1]
  return find(operation?.set) ?? find(operation?.add)
}

/** A doubled percent sign stands for one; Envoy's variables are left as they are written. */
function literal(value: string): string {
  return value.replaceAll('%%', '%')
}
