import { parseGoDuration } from './duration.ts'
import type { Report } from './findings.ts'
import { checkDuration } from './http-behaviour.ts'

export interface ConnectionPool {
  readonly tcp?: {
    readonly maxConnections?: number
    readonly connectTimeout?: string
    readonly maxConnectionDuration?: string
    /** 0 switches it off. */
    readonly idleTimeout?: string
    readonly tcpKeepalive?: { readonly time?: string; readonly interval?: string }
  }
  readonly http?: {
    readonly http1MaxPendingRequests?: number
    readonly http2MaxRequests?: number
    readonly maxRequestsPerConnection?: number
    readonly maxRetries?: number
    readonly maxConcurrentStreams?: number
    readonly idleTimeout?: string
    readonly h2UpgradePolicy?: string
    readonly useClientProtocol?: boolean
    readonly http2KeepAlive?: { readonly interval?: string; readonly timeout?: string }
  }
}

export function checkConnectionPool(pool: ConnectionPool | undefined, path: string, report: Report): void {
  if (!pool) return
  if (!pool.http && !pool.tcp) report.error(path, 'must have http or tcp')
  checkHttp(pool.http, `${path}.http`, report)
  checkTcp(pool.tcp, `${path}.tcp`, report)
}

function checkHttp(http: ConnectionPool['http'], path: string, report: Report): void {
  if (!http) return
  for (const field of [
    'http1MaxPendingRequests',
    'http2MaxRequests',
    'maxRequestsPerConnection',
    'maxRetries',
    'maxConcurrentStreams',
  ] as const) {
    checkNotNegative(http[field], `${path}.${field}`, report)
  }
  checkDuration(http.idleTimeout, `${path}.idleTimeout`, report)
  if (http.h2UpgradePolicy === 'UPGRADE' && http.useClientProtocol) report.error(path, 'useClientProtocol excludes h2UpgradePolicy UPGRADE')
  const { http2KeepAlive } = http
  if (!http2KeepAlive) return
  for (const field of ['interval', 'timeout'] as const) {
    if (http2KeepAlive[field] === undefined) report.error(`${path}.http2KeepAlive.${field}`, 'is required')
    checkDuration(http2KeepAlive[field], `${path}.http2KeepAlive.${field}`, report)
  }
}

function checkTcp(tcp: ConnectionPool['tcp'], path: string, report: Report): void {
  if (!tcp) return
  checkNotNegative(tcp.maxConnections, `${path}.maxConnections`, report)
  checkDuration(tcp.connectTimeout, `${path}.connectTimeout`, report)
  checkDuration(tcp.maxConnectionDuration, `${path}.maxConnectionDuration`, report)
  // What is less than a millisecond either way means off.
  const idle = parseGoDuration(tcp.idleTimeout ?? '') ?? 0n
  if (idle / 1_000_000n !== 0n) checkDuration(tcp.idleTimeout, `${path}.idleTimeout`, report)
  checkDuration(tcp.tcpKeepalive?.time, `${path}.tcpKeepalive.time`, report)
  checkDuration(tcp.tcpKeepalive?.interval, `${path}.tcpKeepalive.interval`, report)
}

function checkNotNegative(value: number | undefined, path: string, report: Report): void {
  if ((value ?? 0) < 0) report.error(path, 'must not be negative')
}
