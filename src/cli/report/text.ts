import { formatDuration } from '#base/index.ts'
import type { ReportedShare, TrafficReport } from '#protocol/http/index.ts'
import { table } from '../show/table.ts'
import { clockTime } from '../show/time.ts'
import { colours } from '../terminal.ts'

type Release = TrafficReport['releases'][number]

/** What was counted: numbers where something measured, else that nothing did. */
export function countsText({ requests, lost, wrongVersion }: TrafficReport): string {
  const count = (value: number | null): string => (value === null ? 'not measured' : value.toLocaleString('en'))
  return `requests ${count(requests)}, lost ${count(lost)}, wrong version ${count(wrongVersion)}`
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

/** The report for a terminal. */
export function reportText(report: TrafficReport, columns: number): string {
  return [
    ...report.releases.flatMap(release => releaseLines(report, release, columns)),
    ...report.measured.map(({ name, says }) => `${name}: ${says}`),
    countsText(report),
    `${report.says}   ${report.writes} object writes, ${report.calls} API calls`,
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
