import { formatDuration } from '#base/index.ts'
import type { TrafficReport } from '#protocol/http/index.ts'
import { counted } from '../show/count.ts'
import { universalTime, withUniversalTimes } from '../show/time.ts'
import { shareChart } from './chart.ts'
import { escaped } from './escaped.ts'
import { arrivalText, countedHead, countedRow, countedText, countsText, versionsOf } from './text.ts'

type Release = TrafficReport['releases'][number]

/** Light and dark by what the reader's system says. No font, script or picture from outside. */
const style = `
:root { color-scheme: light dark; --ink: #1c2024; --dim: #60646c; --line: #d9d9e0; --paper: #fff; --new: #0d74ce; --soft: #0d74ce33 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #edeef0; --dim: #b0b4ba; --line: #363a3f; --paper: #111113; --new: #70b8ff; --soft: #70b8ff40 }
}
body { margin: 0 auto; padding: 2rem 1rem; max-width: 62rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem } p { margin: .25rem 0 } .dim { color: var(--dim) }
svg { width: 100%; height: auto } .grid { stroke: var(--line) } .axis { fill: var(--dim); font-size: 12px }
.area { fill: var(--soft) } .declared { fill: none; stroke: var(--new); stroke-width: 2 } .step { stroke: var(--line); stroke-dasharray: 2 4 }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap } td:last-child { white-space: normal } th { color: var(--dim); font-weight: 500 }
`

/** The report as one page that needs nothing else: it can be kept, mailed, and opened anywhere. */
export function reportPage(report: TrafficReport, now: number): string {
  const to = report.ended === undefined ? now : Date.parse(report.ended)
  const from = Date.parse(report.started)
  const title = report.releases.map(release => versionsOf(report, release)).join(', ')
  const [{ id } = { id: report.service }] = report.releases
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(`${title} · ${report.execution}`)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<h1>${escaped(title)}</h1>`,
    `<p>${escaped(withUniversalTimes(report.says))}</p>`,
    `<p class="dim">${escaped(`execution ${report.execution} · ${report.application} · workflow ${report.workflow} · ${id} · started ${universalTime(report.started)} · ${formatDuration(to - from)}`)}</p>`,
    `<p><strong>${escaped(countsText(report))}</strong></p>`,
    ...[countedText(report), ...report.notes]
      .filter(text => text !== '')
      .map(text => `<p class="dim">${escaped(withUniversalTimes(text))}</p>`),
    `<p class="dim">${counted(report.writes, 'object write')}, ${counted(report.calls, 'API call')}</p>`,
    ...report.releases.flatMap(release => releasePart(report, release, { from, to })),
    ...countedPart(report, from),
    ...measuredPart(report),
    ...stepsPart(report, from),
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function releasePart(report: TrafficReport, release: Release, time: { readonly from: number; readonly to: number }): readonly string[] {
  const heading = `<h2>Share of ${escaped(release.toVersion)}${report.releases.length > 1 ? `, ${escaped(release.id)}` : ''}</h2>`
  if (release.shares.length === 0) return [heading, '<p>No traffic was moved.</p>']
  const legend =
    release.settledBy === 'seconds'
      ? 'Line: as declared at the route. Area: after the time that a change is given to arrive.'
      : 'Line: as declared at the route. Area: as every proxy had it.'
  const rows = release.shares.map(share => [
    after(Date.parse(share.at) - time.from),
    `${share.stable} %`,
    `${share.canary} %`,
    `${share.foreign} %`,
    `${share.next} %`,
    arrivalText(share, release),
    share.name,
  ])
  const chart = shareChart(release.shares, time, `Share of ${release.toVersion} over time`)
  return [
    heading,
    chart,
    `<p class="dim">${legend}</p>`,
    tableOf(['after', 'stable', 'canary', 'others', release.toVersion, 'arrived', 'step'], rows),
  ]
}

function countedPart({ intervals, releases }: TrafficReport, from: number): readonly string[] {
  if (intervals.length === 0) return []
  const rows = intervals.map(interval => [
    ...(releases.length > 1 ? [interval.release] : []),
    after(Date.parse(interval.from) - from),
    ...countedRow(interval, releases),
  ])
  const head = [...(releases.length > 1 ? ['release'] : []), 'after', ...countedHead.map(title => title.toLowerCase())]
  return ['<h2>Requests</h2>', tableOf(head, rows)]
}

function measuredPart({ measured }: TrafficReport): readonly string[] {
  if (measured.length === 0) return []
  const rows = measured.map(({ name, requests, errors, says }) => [name, requests.toLocaleString('en'), errors.toLocaleString('en'), says])
  return ['<h2>Measured by checks</h2>', tableOf(['step', 'requests', 'errors', 'verdict'], rows)]
}

function stepsPart({ steps }: TrafficReport, from: number): readonly string[] {
  const rows = steps.map(({ name, status, started, ended }) => [
    name,
    status,
    started === undefined ? '' : after(Date.parse(started) - from),
    started === undefined || ended === undefined ? '' : formatDuration(Date.parse(ended) - Date.parse(started)),
  ])
  return ['<h2>Steps</h2>', tableOf(['step', 'status', 'after', 'took'], rows)]
}

/** Since the beginning. */
const after = (milliseconds: number): string => formatDuration(Math.max(0, Math.round(milliseconds / 100) * 100))

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: 'th' | 'td'): string =>
    `<tr>${cells.map(cell => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`
  return `<div class="wide"><table>\n${row(head, 'th')}\n${rows.map(cells => row(cells, 'td')).join('\n')}\n</table></div>`
}
