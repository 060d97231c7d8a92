import { checkDuration } from './http-behaviour.ts'
import { each, type Report } from './findings.ts'
import { checkLocalities } from './localities.ts'

interface Failover {
  readonly from?: string
  readonly to?: string
}

interface LocalityLb {
  readonly distribute?: readonly { readonly from?: string; readonly to?: Readonly<Record<string, number>> }[]
  readonly failover?: readonly Failover[]
  readonly failoverPriority?: readonly string[]
}

interface ConsistentHash {
  readonly httpCookie?: { readonly name: string; readonly attributes?: readonly { readonly name: string }[] }
  readonly minimumRingSize?: number
  readonly ringHash?: object
  readonly maglev?: { readonly tableSize?: number }
}

export interface LoadBalancer {
  readonly consistentHash?: ConsistentHash
  readonly localityLbSetting?: LocalityLb
  readonly zoneAwareLbSetting?: Omit<LocalityLb, 'distribute'>
  readonly warmup?: { readonly duration?: string; readonly minimumPercent?: number; readonly aggression?: number }
}

/** Maglev's own limit on its table. */
const largestTable = 5_000_011

/** Labels by which Istio knows region, zone and subzone. */
const topologyLabels = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone']

export function checkLoadBalancer(balancer: LoadBalancer | undefined, detectsOutliers: boolean, path: string, report: Report): void {
  if (!balancer) return
  const { consistentHash, localityLbSetting: locality, zoneAwareLbSetting: zone, warmup } = balancer
  checkHash(consistentHash, `${path}.consistentHash`, report)
  if (locality && zone) report.error(path, 'only one of localityLbSetting and zoneAwareLbSetting may be set')
  checkLocalityLb(locality, detectsOutliers, `${path}.localityLbSetting`, report)
  checkZoneAwareLb(zone, detectsOutliers, `${path}.zoneAwareLbSetting`, report)
  if (!warmup) return
  checkDuration(warmup.duration, `${path}.warmup.duration`, report)
  if ((warmup.aggression ?? 1) <= 0) report.error(`${path}.warmup.aggression`, 'must be greater than 0')
}

function checkHash(hash: ConsistentHash | undefined, path: string, report: Report): void {
  if (!hash) return
  const { httpCookie, minimumRingSize, ringHash, maglev } = hash
  if (httpCookie) checkCookie(httpCookie, `${path}.httpCookie`, report)
  if (minimumRingSize) {
    report.warning(`${path}.minimumRingSize`, 'is deprecated, use ringHash')
    if (ringHash || maglev) report.error(path, 'only one of minimumRingSize, ringHash and maglev may be set')
  }
  if (!maglev) return
  const size = maglev.tableSize ?? 0
  if (size >= largestTable) report.error(`${path}.maglev.tableSize`, `must be less than ${largestTable}`)
  else if (!isPrime(size)) report.error(`${path}.maglev.tableSize`, 'must be a prime number')
}

function checkCookie(cookie: NonNullable<ConsistentHash['httpCookie']>, path: string, report: Report): void {
  if (cookie.name === '') report.error(`${path}.name`, 'is required')
  const names = (cookie.attributes ?? []).map(attribute => attribute.name)
  each(names, `${path}.attributes`, (name, at, index) => {
    if (name === '') report.error(at, 'name must not be empty')
    else if (names.indexOf(name) < index) report.error(at, `${name} stands twice`)
  })
}

/** Envoy takes 1 for a prime. */
function isPrime(size: number): boolean {
  if (size > 0 && size < 4) return true
  if (size % 2 === 0) return false
  for (let factor = 3; factor * factor <= size; factor += 2) if (size % factor === 0) return false
  return true
}

function checkLocalityLb(setting: LocalityLb | undefined, detectsOutliers: boolean, path: string, report: Report): void {
  if (!setting) return
  const { distribute = [], failover = [], failoverPriority = [] } = setting
  if (distribute.length > 0 && failover.length > 0) return report.error(path, 'only one of distribute and failover may be set')
  const topology = failover.length > 0 ? failoverPriority.find(label => topologyLabels.includes(label)) : undefined
  if (topology) return report.error(`${path}.failoverPriority`, `${topology} and failover exclude each other`)
  each(distribute, `${path}.distribute`, ({ to = {} }, at) => {
    const weights = Object.values(to)
    const sum = weights.reduce((total, weight) => total + weight, 0)
    if (weights.some(weight => weight < 1 || weight > 100)) report.error(`${at}.to`, 'weights must be in the range 1..100')
    else if (sum !== 100) report.error(`${at}.to`, `weights sum to ${sum}, not to 100`)
    checkLocalities(Object.keys(to), `${at}.to`, report)
  })
  checkLocalities(
    distribute.map(({ from = '' }) => from),
    `${path}.distribute`,
    report,
  )
  checkFailover(setting, detectsOutliers, path, report)
}

function checkZoneAwareLb(setting: LoadBalancer['zoneAwareLbSetting'], detectsOutliers: boolean, path: string, report: Report): void {
  if (!setting) return
  each(setting.failoverPriority, `${path}.failoverPriority`, (label, at) => {
    if (topologyLabels.includes(label)) report.error(at, `${label} must not be used here: regions and zones are told apart by themselves`)
  })
  checkFailover(setting, detectsOutliers, path, report)
}

function checkFailover({ failover = [], failoverPriority = [] }: LocalityLb, detectsOutliers: boolean, path: string, report: Report): void {
  if ((failover.length > 0 || failoverPriority.length > 0) && !detectsOutliers) {
    report.warning(path, 'nothing fails over without outlierDetection')
  }
  each(failover, `${path}.failover`, ({ from = '', to = '' }, at) => {
    if (from === to) report.error(at, 'must name two different regions')
    if (`${from}${to}`.includes('/')) report.error(at, 'must name regions only')
    if (`${from}${to}`.includes('*')) report.error(at, 'a region must not be a wildcard')
  })
}
