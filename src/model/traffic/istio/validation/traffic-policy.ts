import { isAddress } from '../hosts.ts'
import { checkTls, type ClientTls } from './client-tls.ts'
import { checkConnectionPool, type ConnectionPool } from './connection-pool.ts'
import { portProblem } from './destinations.ts'
import { each, type Report } from './findings.ts'
import { domainProblem } from './host-syntax.ts'
import { checkDuration } from './http-behaviour.ts'
import { checkLoadBalancer, type LoadBalancer } from './load-balancer.ts'

/** What a rule says about connections to a host, a subset or a port. */
export interface PortPolicy {
  readonly loadBalancer?: LoadBalancer
  readonly connectionPool?: ConnectionPool
  readonly outlierDetection?: OutlierDetection
  readonly tls?: ClientTls
}

export interface TrafficPolicy extends PortPolicy {
  readonly portLevelSettings?: readonly (PortPolicy & { readonly port?: object })[]
  readonly tunnel?: { readonly protocol?: string; readonly targetHost: string; readonly targetPort: number }
  readonly proxyProtocol?: object
  readonly retryBudget?: object
}

export interface OutlierDetection {
  readonly consecutiveErrors?: number
  readonly splitExternalLocalOriginErrors?: boolean
  readonly consecutiveLocalOriginFailures?: number
  readonly interval?: string
  readonly baseEjectionTime?: string
  readonly maxEjectionPercent?: number
  readonly minHealthPercent?: number
}

/** `namespace` is that of the rule. */
export function checkTrafficPolicy(policy: TrafficPolicy | undefined, namespace: string, path: string, report: Report): void {
  if (!policy) return
  const { portLevelSettings, tunnel, proxyProtocol, retryBudget } = policy
  if (isEmpty(policy) && !portLevelSettings && !tunnel && !proxyProtocol && !retryBudget) {
    return report.error(path, 'must have at least one field; to say nothing, leave it out')
  }
  if (tunnel && proxyProtocol) return report.error(path, 'tunnel and proxyProtocol exclude each other')
  checkPortPolicy(policy, namespace, path, report)
  each(portLevelSettings, `${path}.portLevelSettings`, (settings, at) => {
    if (!settings.port) report.error(`${at}.port`, 'is required')
    if (isEmpty(settings)) report.error(at, 'must have at least one field beside the port')
    else checkPortPolicy(settings, namespace, at, report)
  })
  checkTunnel(tunnel, `${path}.tunnel`, report)
}

function isEmpty({ loadBalancer, connectionPool, outlierDetection, tls }: PortPolicy): boolean {
  return !loadBalancer && !connectionPool && !outlierDetection && !tls
}

function checkPortPolicy(policy: PortPolicy, namespace: string, path: string, report: Report): void {
  checkOutlierDetection(policy.outlierDetection, `${path}.outlierDetection`, report)
  checkConnectionPool(policy.connectionPool, `${path}.connectionPool`, report)
  checkLoadBalancer(policy.loadBalancer, Boolean(policy.outlierDetection), `${path}.loadBalancer`, report)
  checkTls(policy.tls, namespace, `${path}.tls`, report)
}

function checkOutlierDetection(outlier: OutlierDetection | undefined, path: string, report: Report): void {
  if (!outlier) return
  checkDuration(outlier.baseEjectionTime, `${path}.baseEjectionTime`, report)
  checkDuration(outlier.interval, `${path}.interval`, report)
  if (outlier.consecutiveErrors)
    report.warning(`${path}.consecutiveErrors`, 'is deprecated, use consecutive5xxErrors or consecutiveGatewayErrors')
  if (!outlier.splitExternalLocalOriginErrors && (outlier.consecutiveLocalOriginFailures ?? 0) > 0) {
    report.error(`${path}.consecutiveLocalOriginFailures`, 'needs splitExternalLocalOriginErrors')
  }
  for (const field of ['maxEjectionPercent', 'minHealthPercent'] as const) {
    const percent = outlier[field] ?? 0
    if (percent < 0 || percent > 100) report.error(`${path}.${field}`, `${percent} is not in the range 0..100`)
  }
}

function checkTunnel(tunnel: TrafficPolicy['tunnel'], path: string, report: Report): void {
  if (!tunnel) return
  const { protocol, targetHost, targetPort } = tunnel
  if (protocol && protocol !== 'CONNECT' && protocol !== 'POST') report.error(`${path}.protocol`, 'must be CONNECT or POST')
  if (domainProblem(targetHost) && !isAddress(targetHost)) report.error(`${path}.targetHost`, 'must be a domain name or an address')
  report.check(`${path}.targetPort`, portProblem(targetPort))
}
