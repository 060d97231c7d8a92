import { formatDuration } from '#base/index.ts'
import type { ReportedShare, TrafficReport } from '#protocol/http/index.ts'
import { counted } from '../show/count.ts'
import { table } from '../show/table.ts'
import { clockTime, withLocalTimes } from '../show/time.ts'
import { colours } from '../terminal.ts'

type Release = TrafficReport['releases'][number]

type Interval = TrafficReport['intervals'][number]

/** What was counted: numbers where something measured, else that nothing did. That none is lost of none is no praise. */
export function countsText({ requests, lost, lostAtMost, wrongVersion }: TrafficReport): string {
  if (requests === 0) return 'requests 0: nobody sent any, so what would have been lost, or have met a wrong version, is not measured'
  const count = (value: number | null): string => (value === null ? 'not measured' : value.toLocaleString('en'))
  const atMost = lostAtMost !== null && lostAtMost !== lost ? ` to ${count(lostAtMost)}` : ''
  return `requests ${count(requests)}, lost ${count(lost)}${atMost}, wrong version ${count(wrongVersion)}`
}

/** `cart 1.3.2 → 1.4.0`. */
export function versionsOf({ service }: TrafficReport, { fromVersion = 'new', toVersion }: Release): string {
  return `${service} ${fromVersion} → ${toVersion}`
}

/** How long a declared share was under way to the last proxy. */
export function arrivalText({ at, acknowledged }: ReportedShare, { settledBy }: Release): string {
  if (acknowledged === undefined) return 'overtaken'
  const after = formatDuration(Date.parse(acknowledged) - Date.parse(at))
  return settledBy === 'seconds' ? `${after} (waited)` : `${after} (every proxy)`
}

/** What else was counted, and whose counts they are; empty where nothing was. */
export function countedText({ countedBy, requests, errors, cut }: TrafficReport): string {
  if (countedBy.length === 0) return ''
  if (requests === 0) return `counted by ${countedBy.join(', ')}`
  const own = `${(errors ?? 0).toLocaleString('en')} errors of the application itself`
  const broken = cut ? `, ${cut.toLocaleString('en')} answers broken off` : ''
  return `${own}${broken}; counted by ${countedBy.join(', ')}`
}

/** One row per time: what stood in the routes, who answered, and what went wrong. */
export const countedHead = ['FOR', 'STABLE', 'CANARY', 'REQUESTS', 'ERRORS', 'LOST', 'WRONG VERSION', 'STEP'] as const

export function countedRow(interval: Interval, releases: TrafficReport['releases']): readonly string[] {
  const { from, to, stable, canary, settled, versions, lost, name = 'before the first split' } = interval
  const nobody = versions.length === 0 && lost === 0
  const told = (count: number): string => (nobody ? '–' : count.toLocaleString('en'))
  const total = (key: 'errors' | 'wrong'): string => told(versions.reduce((sum, each) => sum + each[key], 0))
  const before = settled ? undefined : shareBefore(interval, releases)
  const answered = versions.map(({ side, version = side, requests }) => `${version} ${requests.toLocaleString('en')}`)
  return [
    formatDuration(Date.parse(to) - Date.parse(from)),
    shareText(before?.stable, stable),
    shareText(before?.canary, canary),
    answered.join(', ') || '0',
    total('errors'),
    told(lost),
    total('wrong'),
    settled ? name : `${name} (on the way)`,
  ]
}

/** What stood in the route when such a time began: its counts belong to that, too. */
function shareBefore({ release, from }: Interval, releases: TrafficReport['releases']): ReportedShare | undefined {
  return releases.find(({ id }) => id === release)?.shares.findLast(({ at }) => at <= from)
}

function shareText(before: number | undefined, now: number): string {
  return before === undefined || before === now ? `${now} %` : `${before} → ${now} %`
}

/** The report for a terminal. */
export function reportText(report: TrafficReport, columns: number): string {
  return [
    ...report.releases.flatMap(release => releaseLines(report, release, columns)),
    ...report.measured.map(({ name, says }) => `${name}: ${says}`),
    ...(report.intervals.length > 0
      ? [
          table(
            countedHead,
            report.intervals.map(each => countedRow(each, report.releases)),
            columns,
          ),
        ]
      : []),
    countsText(report),
    ...[countedText(report)].filter(text => text !== ''),
    ...report.notes.map(note => withLocalTimes(note)),
    `${withLocalTimes(report.says)}   ${counted(report.writes, 'object write')}, ${counted(report.calls, 'API call')}`,
  ].join('\n')
}

function releaseLines(report: TrafficReport, release: Release, columns: number): readonly string[] {
  const head = colours.bold(`${versionsOf(report, release)}   execution ${report.execution}`)
  if (release.shares.length === 0) return [head, 'no traffic was moved']
  const rows = release.shares.map(share => [
    clockTime(share.at),
    `${share.stable} %`,
    `${share.canary} %`,
    `${share.foreign} %`,
    `${share.next} %`,
    arrivalText(share, release),
    share.name,
  ])
  return [head, table(['AT', 'STABLE', 'CANARY', 'OTHERS', 'NEW VERSION', 'ARRIVED AFTER', 'STEP'], rows, columns)]
}
