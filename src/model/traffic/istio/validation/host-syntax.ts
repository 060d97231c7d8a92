import { isAddress } from '../hosts.ts'

/** Longest name that DNS carries. */
const longestName = 255
/** Longest label that DNS carries. */
const longestLabel = 63
/** A letter or digit at both ends; unlike Kubernetes, Istio lets upper case pass. */
const label = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/
const wildcardLabel = /^(?:\*|(?:\*-?)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/

export function isDnsLabel(text: string): boolean {
  return text.length <= longestLabel && label.test(text)
}

/** What is wrong with a domain name; one dot at its end is fine, a last label of digits only is not. */
export function domainProblem(name: string): string | undefined {
  return lengthProblem(name) ?? labelsProblem(name, name)
}

/** The same for a name whose first label may be `*`, `*-label` or `*label`. */
export function wildcardDomainProblem(name: string): string | undefined {
  const dot = name.indexOf('.')
  const first = dot < 0 ? name : name.slice(0, dot)
  const length = lengthProblem(name)
  if (length) return length
  if (first.length > longestLabel || !wildcardLabel.test(first)) return `domain name "${name}" is invalid (label "${first}")`
  return dot < 0 ? undefined : labelsProblem(name.slice(dot + 1), name)
}

/** The same for a host of a VirtualService at a gateway; with SNI it may be a name that Istio makes itself: `outbound_.80_.v1_.host`. */
export function gatewayDomainProblem(name: string, withSni: boolean): string | undefined {
  const problem = lengthProblem(name)
  if (problem || !withSni || !name.startsWith('outbound_')) return problem ?? wildcardDomainProblem(name)
  const parts = name.split('_')
  const [, port = '', , host = ''] = parts
  const wellFormed = parts.length >= 4 && /\d/.test(port) && /[a-zA-Z]/.test(host)
  return wellFormed ? undefined : `domain name "${name}" is invalid, should be outbound_.<PORT>_._.<HOST>`
}

/** An address in dotted or CIDR notation. */
export function subnetProblem(subnet: string): string | undefined {
  const [address = '', bits, ...more] = subnet.split('/')
  if (bits === undefined) return isAddress(subnet) ? undefined : `${subnet} is not a valid IP`
  const widest = address.includes(':') ? 128 : 32
  const right = more.length === 0 && isAddress(address) && !address.includes('%') && /^(?:0|[1-9]\d*)$/.test(bits) && Number(bits) <= widest
  return right ? undefined : `${subnet} is not a valid CIDR block`
}

function lengthProblem(name: string): string | undefined {
  if (name === '') return 'empty domain name not allowed'
  return new TextEncoder().encode(name).length > longestName ? `domain name "${name}" is too long (at most ${longestName})` : undefined
}

function labelsProblem(labels: string, name: string): string | undefined {
  const parts = labels.split('.')
  const last = parts.at(-1) ?? ''
  if (isNumber(last)) return `domain name "${name}" is invalid (top level domain "${last}" cannot be all-numeric)`
  const wrong = parts.find((part, index) => !isDnsLabel(part) && !(part === '' && index === parts.length - 1))
  return wrong === undefined ? undefined : `domain name "${name}" is invalid (label "${wrong}")`
}

/** As Go reads an integer: digits that do not fit into 64 bits are none. */
function isNumber(text: string): boolean {
  return /^[-+]?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text.replace('+', ''))) === BigInt(text.replace('+', ''))
}
