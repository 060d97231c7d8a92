/** True for `*`, `*.example.com` and `*-eu.example.com`. */
export function isWildcard(host: string): boolean {
  return host.startsWith('*')
}

/** Whether everything that `host` names is also named by `whole`; case counts, as it does for istiod. */
export function isSubsetOf(host: string, whole: string): boolean {
  if (!isWildcard(whole)) return host === whole
  if (!isWildcard(host)) return host.endsWith(whole.slice(1))
  return host.length >= whole.length && host.slice(1).endsWith(whole.slice(1))
}

/** Whether two hosts overlap: they are equal, or one covers the other. */
export function hostsOverlap(a: string, b: string): boolean {
  return isSubsetOf(a, b) || isSubsetOf(b, a)
}

/** The hosts that both lists cover, each as narrow as the narrower list says. */
export function hostsInCommon(a: readonly string[], b: readonly string[]): readonly string[] {
  const common = a.flatMap(host => b.flatMap(other => (isSubsetOf(host, other) ? [host] : isSubsetOf(other, host) ? [other] : [])))
  return [...new Set(common)]
}

/** Order of hosts in a proxy: exact before wildcard, longer before shorter, then by the alphabet. */
export function bySpecificity(a: string, b: string): number {
  return Number(isWildcard(a)) - Number(isWildcard(b)) || b.length - a.length || (a < b ? -1 : Number(a > b))
}

/** The candidate that fits a host most closely: itself, else the most specific wildcard that covers it. */
export function mostSpecificMatch(host: string, candidates: readonly string[]): string | undefined {
  if (candidates.includes(host)) return host
  const covering = candidates.filter(candidate => isWildcard(candidate) && isSubsetOf(host, candidate))
  return covering.toSorted(bySpecificity)[0]
}

/** The hosts of a Gateway's server (`[namespace/]host`) to which VirtualServices of a namespace may bind. */
export function serverHostsFor(hosts: readonly string[], namespace: string): readonly string[] {
  return hosts.flatMap(entry => {
    const slash = entry.indexOf('/')
    if (slash < 0) return [entry]
    const owner = entry.slice(0, slash)
    return owner === namespace || owner === '*' ? [entry.slice(slash + 1)] : []
  })
}
