/** The suffix that a cluster gives its services unless told otherwise. */
export const defaultDomain = 'cluster.local'

/** True for an IPv4 or IPv6 address, as text. */
export function isAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text)
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every(part => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

function isIpv6(text: string): boolean {
  const [address = '', zone] = text.split('%', 2)
  if (zone === '') return false
  const halves = address.split('::')
  if (halves.length > 2) return false
  const groups = halves.map(half => (half === '' ? [] : half.split(':')))
  const all = groups.flat()
  const last = all.at(-1) ?? ''
  const mapped = last.includes('.') && isIpv4(last) ? 1 : 0
  const hex = mapped ? all.slice(0, -1) : all
  if (!hex.every(group => /^[0-9a-fA-F]{1,4}$/.test(group))) return false
  const count = hex.length + 2 * mapped
  return halves.length === 2 ? count <= 7 : count === 8
}

/**
 * A host as Istio understands it in an object of `namespace`: a name without a dot is a Service beside the object;
 * `*`, addresses and names with a dot are left alone (so `cart.shop` is not the Service `cart` of `shop`).
 */
export function expandHost(host: string, namespace: string, domain = defaultDomain): string {
  if (host === '*' || host.includes('.') || (host.includes(':') && isAddress(host))) return host
  return [host, ...(namespace ? [namespace] : []), ...(domain ? ['svc', domain] : [])].join('.')
}

/** Whether two hosts, written in objects of these namespaces, name the same thing: `cart` and `cart.shop.svc.cluster.local` do. */
export function sameHost(a: HostIn, b: HostIn, domain = defaultDomain): boolean {
  return canonicalHost(expandHost(a.host, a.namespace, domain)) === canonicalHost(expandHost(b.host, b.namespace, domain))
}

export interface HostIn {
  readonly host: string
  /** Namespace of the object that the host is written in. */
  readonly namespace: string
}

/** Lower case, without the dot at the end. */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase()
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}
