import { isAddress } from './hosts.ts'

/** A service as a sidecar knows it. */
export interface NamedService {
  /** Full name. */
  readonly hostname: string
  readonly aliases?: readonly string[]
  readonly addresses?: readonly string[]
}

/**
 * Every Host header by which a sidecar knows a service: its full name with and without a dot at the end, the shorter names that the
 * client's own domain (`<namespace>.svc.<suffix>`) lets it use, its addresses. Ports in the header are not looked at.
 */
export function serviceDomains(service: NamedService, clientDomain: string): readonly string[] {
  const names = [service.hostname, ...(service.aliases ?? [])]
  return [...names.flatMap(name => [inUrl(name), ...shorterNames(name, clientDomain)]), ...(service.addresses ?? []).map(inUrl)]
}

function inUrl(name: string): string {
  return name.includes(':') ? `[${name}]` : name
}

function shorterNames(hostname: string, clientDomain: string): readonly string[] {
  const absolute = isAddress(hostname) ? [] : [`${hostname}.`]
  const [clientNamespace = '', suffix] = split(clientDomain, '.svc.')
  if (suffix === undefined) return [...absolute, ...namesOutsideKubernetes(hostname, clientDomain)]
  return hostname.endsWith(`.svc.${suffix}`) ? [...absolute, ...kubernetesNames(hostname, clientNamespace)] : absolute
}

function kubernetesNames(hostname: string, clientNamespace: string): readonly string[] {
  const [qualified = ''] = split(hostname, '.svc.')
  const [name = '', namespace] = split(qualified, '.')
  if (namespace === undefined) return []
  return namespace === clientNamespace ? [name, `${qualified}.svc`, qualified] : [qualified, `${qualified}.svc`]
}

/** Names below a domain that both sides share, as resolvers with a search path build them. */
function namesOutsideKubernetes(hostname: string, clientDomain: string): readonly string[] {
  const parts = hostname.split('.')
  const clientParts = clientDomain.split('.')
  let shared = 0
  while (shared < Math.min(parts.length, clientParts.length) && parts.at(-1 - shared) === clientParts.at(-1 - shared)) shared++
  if (shared === 0) return []
  const own = parts.slice(0, parts.length - shared)
  return own.length === 2 ? [own.join('.'), [...own, parts[own.length]].join('.')] : [own.join('.')]
}

function split(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}
