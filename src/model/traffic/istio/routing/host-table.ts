import { bySpecificity, isWildcard } from '../host-match.ts'
import { hostWithoutPort } from './request.ts'

/** Finds what belongs to a Host header, as Envoy does: the exact name, else the longest wildcard that fits, else `*`. */
export type HostTable<T> = (host: string) => T | undefined

/** Of domains that stand twice the first counts. There is no fall-through: who has a domain has it alone. */
export function hostTable<T>(entries: readonly (readonly [domain: string, value: T])[]): HostTable<T> {
  const exact = new Map<string, T>()
  for (const [domain, value] of entries) if (!exact.has(domain.toLowerCase())) exact.set(domain.toLowerCase(), value)
  const wildcards = [...exact.keys()].filter(isWildcard).toSorted(bySpecificity)
  return host => {
    const name = hostWithoutPort(host)
    const found = exact.get(name)
    if (found !== undefined && !isWildcard(name)) return found
    // The star stands for at least one character.
    const covering = wildcards.find(domain => domain === '*' || (name.length >= domain.length && name.endsWith(domain.slice(1))))
    return covering === undefined ? undefined : exact.get(covering)
  }
}
