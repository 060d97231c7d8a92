import { isAddress } from '../hosts.ts'
import { isSubsetOf } from '../host-match.ts'
import type { RouteDestination } from '../objects.ts'
import { checkDestinations, portProblem } from './destinations.ts'
import { each, type Report } from './findings.ts'
import { checkGatewayNames } from './gateway-names.ts'
import { gatewayDomainProblem, subnetProblem, wildcardDomainProblem } from './host-syntax.ts'
import { checkLabels } from './labels.ts'

/** Conditions on a connection. */
export interface ConnectionMatch {
  readonly sniHosts?: readonly string[]
  readonly destinationSubnets?: readonly string[]
  readonly port?: number
  readonly sourceLabels?: Readonly<Record<string, string>>
  readonly gateways?: readonly string[]
}

/** A tls or tcp entry. */
export interface ConnectionRoute {
  readonly match?: readonly ConnectionMatch[]
  readonly route?: readonly RouteDestination[]
}

/** What a VirtualService says that its tls entries must fit to. */
export interface SniContext {
  readonly hosts: readonly string[]
  /** Not bound to the mesh by name: absent gateways count as such here. */
  readonly atGateway: boolean
}

export function checkTcpRoute(route: ConnectionRoute, path: string, report: Report): void {
  each(route.match, `${path}.match`, (match, at) => checkConnectionMatch(match, at, report))
  checkRoute(route, path, report)
}

export function checkTlsRoute(route: ConnectionRoute, context: SniContext, path: string, report: Report): void {
  if (!route.match?.length) report.error(`${path}.match`, 'at least one match is required')
  each(route.match, `${path}.match`, (match, at) => {
    if (!match.sniHosts?.length) report.error(`${at}.sniHosts`, 'at least one SNI host is required')
    each(match.sniHosts, `${at}.sniHosts`, (host, where) => checkSniHost(host, context, where, report))
    checkConnectionMatch(match, at, report)
  })
  checkRoute(route, path, report)
}

function checkRoute({ route }: ConnectionRoute, path: string, report: Report): void {
  if (!route?.length) report.error(`${path}.route`, 'is required')
  checkDestinations(route, `${path}.route`, report)
}

function checkConnectionMatch(match: ConnectionMatch, path: string, report: Report): void {
  each(match.destinationSubnets, `${path}.destinationSubnets`, (subnet, at) => report.check(at, subnetProblem(subnet)))
  if (match.port) report.check(`${path}.port`, portProblem(match.port))
  checkLabels(match.sourceLabels, `${path}.sourceLabels`, report)
  checkGatewayNames(match.gateways, `${path}.gateways`, report)
}

function checkSniHost(host: string, context: SniContext, path: string, report: Report): void {
  const problem = context.atGateway ? gatewayDomainProblem(host, true) : wildcardDomainProblem(host)
  if (problem && isAddress(host)) return report.warning(path, `${host} is an address: most clients send none as SNI`)
  if (problem) return report.error(path, problem)
  if (!context.hosts.some(own => isSubsetOf(host, own))) {
    report.error(path, `SNI host ${host} is covered by no host of the VirtualService: ${context.hosts.join(', ')}`)
  }
}
