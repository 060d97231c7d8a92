import type { Environment } from './kubeconfig.ts'

/** The proxy that the environment names for a server (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, as Go's clients read them). */
export function proxyOf(server: string, environment: Environment): string | undefined {
  const { protocol, hostname, port } = new URL(server)
  const read = (name: string): string => environment[name] ?? environment[name.toLowerCase()] ?? ''
  const proxy = protocol === 'https:' ? read('HTTPS_PROXY') : read('HTTP_PROXY')
  const host = hostname.replace(/^\[|\]$/g, '')
  if (proxy === '' || host === 'localhost' || host === '::1' || host.startsWith('127.')) return undefined
  const spared = read('NO_PROXY')
    .split(',')
    .map(entry => entry.trim())
    .filter(entry => entry !== '')
    .some(entry => matches(entry, host, port))
  return spared ? undefined : proxy
}

/** `*`, `example.com` (and what is below it), `.example.com`, `example.com:6443`, an address, or a network `10.0.0.0/8`. */
function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  const network = /^([\d.]+)\/(\d+)$/.exec(entry)
  if (network) return inNetwork(host, network[1] ?? '', Number(network[2]))
  const [, name = '', itsPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
  if (itsPort !== undefined && itsPort !== port) return false
  const domain = name.replace(/^\*?\./, '')
  return host === domain || host.endsWith(`.${domain}`)
}

function inNetwork(host: string, network: string, bits: number): boolean {
  const number = (address: string): number | undefined => {
    const parts = address.split('.').map(Number)
    if (parts.length !== 4 || parts.some(part => !Number.isInteger(part) || part < 0 || part > 255)) return undefined
    return parts.reduce((sum, part) => sum * 256 + part, 0)
  }
  const [one, other] = [number(host), number(network)]
  if (one === undefined || other === undefined) return false
  const size = 2 ** (32 - bits)
  return Math.floor(one / size) === Math.floor(other / size)
}
