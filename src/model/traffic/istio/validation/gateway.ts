import { isAddress } from '../hosts.ts'
import type { Gateway } from '../objects.ts'
import { portProblem } from './destinations.ts'
import { each, type Report } from './findings.ts'
import { isDnsLabel, wildcardDomainProblem } from './host-syntax.ts'
import { checkServerTls, type ServerTls } from './server-tls.ts'

interface Server {
  readonly port: { readonly number: number; readonly protocol: string; readonly name: string; readonly targetPort?: number }
  readonly hosts: readonly string[]
  readonly bind?: string
  readonly tls?: ServerTls
}

const protocols = new Set('tcp udp grpc grpc-web http http_proxy http2 https tls mongo redis mysql'.split(' '))
const httpProtocols = new Set('http http2 http_proxy grpc grpc-web'.split(' '))
const tlsProtocols = new Set(['https', 'tls'])
const unixSocket = 'unix://'

/** The rules of istiod's webhook for a Gateway whose shape is right. `converted`: istiod made it from a Gateway of the Gateway API. */
export function checkGateway(gateway: Gateway, converted: boolean, report: Report): void {
  const servers = (gateway.spec.servers ?? []) as readonly Server[]
  const { name } = gateway.metadata
  if (!converted && !isDnsLabel(name)) report.error('metadata.name', `"${name}" is no name of a gateway (no dots)`)
  if (servers.length === 0) report.error('spec.servers', 'at least one server is required')
  const names = servers.map(server => server.port.name)
  each(servers, 'spec.servers', (server, path, index) => {
    checkServer(server, converted, path, report)
    if (names.indexOf(server.port.name) < index) report.error(`${path}.port.name`, `port name ${server.port.name} stands twice`)
    const redirectsNothing = server.tls?.httpsRedirect && !httpProtocols.has(protocolOf(server))
    if (redirectsNothing) report.warning(`${path}.tls.httpsRedirect`, 'is for http servers only')
  })
}

function protocolOf(server: Server): string {
  return server.port.protocol.toLowerCase()
}

function checkServer(server: Server, converted: boolean, path: string, report: Report): void {
  if (server.hosts.length === 0) report.error(`${path}.hosts`, 'at least one host is required')
  each(server.hosts, `${path}.hosts`, (host, at) => checkServerHost(host, converted, at, report))
  checkPort(server, `${path}.port`, report)
  checkBind(server, path, report)
  checkServerTls(server.tls, `${path}.tls`, report)
  checkTlsFitsProtocol(server, `${path}.tls`, report)
}

/** `[namespace/]host`: no short names, and a wildcard only as the whole first label. */
function checkServerHost(entry: string, converted: boolean, path: string, report: Report): void {
  const slash = entry.indexOf('/')
  const host = entry.slice(slash + 1)
  if (slash >= 0) report.check(path, namespaceProblem(entry.slice(0, slash), converted))
  if (host === '*') return
  if (!host.includes('.')) report.error(path, `${host}: short names are not allowed`)
  if (!isAddress(host)) report.check(path, wildcardDomainProblem(host))
  if (host.includes('*') && !host.startsWith('*.')) report.error(path, `partial wildcard "${host}" not allowed`)
}

function namespaceProblem(namespace: string, converted: boolean): string | undefined {
  const known = namespace === '*' || namespace === '.' || isDnsLabel(namespace) || (converted && namespace === '~')
  return known ? undefined : `invalid namespace value "${namespace}"`
}

function checkPort({ port, bind = '' }: Server, path: string, report: Report): void {
  if (!protocols.has(port.protocol.toLowerCase())) {
    report.error(`${path}.protocol`, `"${port.protocol}" is not one of HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, TLS, TCP, MONGO, REDIS, MYSQL`)
  }
  if (port.number > 0 || !bind.startsWith(unixSocket)) report.check(`${path}.number`, portProblem(port.number))
  if (port.targetPort) report.error(`${path}.targetPort`, 'has no effect in a Gateway')
  if (port.name === '') report.error(`${path}.name`, 'is required')
}

function checkBind({ port, bind = '' }: Server, path: string, report: Report): void {
  if (!bind.startsWith(unixSocket)) {
    if (bind !== '' && !isAddress(bind)) report.error(`${path}.bind`, `${bind} is not a valid IP`)
    return
  }
  const socket = bind.slice(unixSocket.length)
  const abstract = socket.startsWith('@')
  if (socket === '') report.error(`${path}.bind`, 'the socket has no path')
  else if (!abstract && (!socket.startsWith('/') || socket.endsWith('/')))
    report.error(`${path}.bind`, `${socket} is not an absolute path to a file`)
  if (port.number !== 0) report.error(`${path}.port.number`, 'must be 0 for a unix domain socket')
}

/** TLS settings on a port that speaks TLS, and there only; a plain http port may carry the redirect to https. */
function checkTlsFitsProtocol(server: Server, path: string, report: Report): void {
  const { tls, port } = server
  const protocol = protocolOf(server)
  if (!protocols.has(protocol) || portProblem(port.number) || port.name === '') return
  if (tlsProtocols.has(protocol)) {
    if (!tls) report.error(path, 'server must have TLS settings for HTTPS and TLS')
  } else if (tls && !(httpProtocols.has(protocol) && isPlain(tls))) {
    report.error(path, `server cannot have TLS settings for ${port.protocol}`)
  }
}

function isPlain({ mode = 'PASSTHROUGH', caCertificates, privateKey, serverCertificate }: ServerTls): boolean {
  return mode.endsWith('PASSTHROUGH') && !caCertificates && !privateKey && !serverCertificate
}
