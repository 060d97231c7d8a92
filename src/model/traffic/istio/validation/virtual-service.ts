import { isAddress } from '../hosts.ts'
import { hostsOverlap } from '../host-match.ts'
import type { VirtualService } from '../objects.ts'
import { checkTcpRoute, checkTlsRoute, type ConnectionRoute } from './connection-routes.ts'
import { each, type Report } from './findings.ts'
import { checkGatewayNames } from './gateway-names.ts'
import { gatewayDomainProblem, wildcardDomainProblem } from './host-syntax.ts'
import { checkNoClaims } from './http-match.ts'
import { checkHttpRoute } from './http-route.ts'
import { checkExportTo } from './labels.ts'
import { overlappingPrefixes, unreachableRules, type Unreachable } from './unreachable-rules.ts'

interface Spec {
  readonly hosts: readonly string[]
  readonly gateways: readonly string[]
  readonly http: NonNullable<VirtualService['spec']['http']>
  readonly tls: readonly ConnectionRoute[]
  readonly tcp: readonly ConnectionRoute[]
}

/** The rules of istiod's webhook for a VirtualService whose shape is right. */
export function checkVirtualService(service: VirtualService, report: Report): void {
  const { hosts, gateways, http, tls, tcp, exportTo } = service.spec
  const spec: Spec = {
    hosts: hosts ?? [],
    gateways: gateways ?? [],
    http: http ?? [],
    tls: (tls ?? []) as readonly ConnectionRoute[],
    tcp: (tcp ?? []) as readonly ConnectionRoute[],
  }
  if (spec.hosts.length === 0) checkDelegate(spec, report)
  checkGatewayNames(spec.gateways, 'spec.gateways', report)
  checkHosts(spec, report)
  checkRoutes(spec, report)
  checkExportTo(exportTo, service.metadata.namespace ?? '', 'spec.exportTo', report)
  warnUnreachable(spec, report)
}

/** A VirtualService without hosts is a delegate: only others name it, and only for http. */
function checkDelegate(spec: Spec, report: Report): void {
  for (const part of ['gateways', 'tls', 'tcp'] as const) {
    if (spec[part].length > 0) report.error(`spec.${part}`, 'a delegate (a VirtualService without hosts) must not have it')
  }
}

/** Bound to gateways only; one that also names the mesh follows the rules of the mesh. */
function isAtGateway({ gateways }: Spec): boolean {
  return gateways.length > 0 && !gateways.includes('mesh')
}

function checkHosts(spec: Spec, report: Report): void {
  const withSni = spec.tls.some(route => route.match?.some(match => (match.sniHosts?.length ?? 0) > 0))
  const problems = spec.hosts.map(host => hostProblem(host, isAtGateway(spec), withSni))
  problems.forEach((problem, index) => report.check(`spec.hosts[${index}]`, problem))
  if (problems.every(problem => problem === undefined)) checkDuplicates(spec.hosts, report)
}

function hostProblem(host: string, atGateway: boolean, withSni: boolean): string | undefined {
  const problem = atGateway ? gatewayDomainProblem(host, withSni) : wildcardDomainProblem(host)
  if (problem) return isAddress(host) ? undefined : problem
  return !atGateway && host === '*' ? 'wildcard host * is not allowed in the mesh, only at gateways' : undefined
}

function checkDuplicates(hosts: readonly string[], report: Report): void {
  hosts.forEach((host, index) => {
    const before = hosts.slice(0, index).find(other => hostsOverlap(host, other))
    if (before !== undefined) report.error(`spec.hosts[${index}]`, `${host} and ${before} overlap`)
  })
}

function checkRoutes(spec: Spec, report: Report): void {
  if (spec.http.length + spec.tls.length + spec.tcp.length === 0) report.error('spec', 'http, tcp or tls is required')
  each(spec.http, 'spec.http', (route, path) => {
    checkHttpRoute(route, spec.hosts.length === 0, path, report)
    if (!isAtGateway(spec)) each(route.match, `${path}.match`, (match, at) => checkNoClaims(match, at, report))
  })
  const context = { hosts: spec.hosts, atGateway: !spec.gateways.includes('mesh') }
  each(spec.tls, 'spec.tls', (route, path) => checkTlsRoute(route, context, path, report))
  each(spec.tcp, 'spec.tcp', (route, path) => checkTcpRoute(route, path, report))
}

function warnUnreachable(spec: Spec, report: Report): void {
  const warn = (protocol: string, found: readonly Unreachable[]): void => {
    for (const { rule, match, name, reason } of found) {
      const path = `spec.${protocol}[${rule}]`
      if (match === undefined) report.warning(path, `rule ${name} takes no request: ${reason}`, 'IST0130')
      else report.warning(`${path}.match[${match}]`, `match ${match} of rule ${name} takes no request: ${reason}`, 'IST0131')
    }
  }
  warn('http', [...unreachableRules(spec.http), ...overlappingPrefixes(spec.http)])
  warn('tcp', unreachableRules(spec.tcp))
  warn('tls', unreachableRules(spec.tls))
}
