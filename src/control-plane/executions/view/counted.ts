import { formatDuration } from '#base/index.ts'
import { reachGoal, Reached, type CountedInterval, type CountedSide, type CountedTraffic } from '#protocol/index.ts'
import type { ReleaseView, ReportedInterval, ReportedShare, TrafficReport } from '#protocol/http/index.ts'
import { shownFor } from './shown.ts'
import type { Sight } from './sight.ts'

/** What proxies counted in a run, as the report tells it. */
export type CountedReport = Pick<
  TrafficReport,
  'countedBy' | 'intervals' | 'requests' | 'errors' | 'lost' | 'lostAtMost' | 'cut' | 'wrongVersion' | 'notes'
>

/** A pause between two intervals this short (milliseconds) is the time of one look: the next interval counts what came meanwhile. */
const seam = 1000

interface Told {
  readonly release: string
  readonly traffic: CountedTraffic
}

/** A release and the shares that its route had, each with the step that caused it. */
export interface ReleaseShares {
  readonly view: ReleaseView
  readonly shares: readonly ReportedShare[]
}

/** Undefined where nothing was counted; `why` then tells the reasons that delegates gave. */
export function countedReport(
  sight: Sight,
  releases: readonly ReleaseShares[],
  releaseOf: (path: string) => string | undefined,
): CountedReport | { readonly why: readonly string[] } {
  const told = toldIn(sight, releaseOf)
  const why = whyOf(told)
  const intervals = releases.flatMap(release => intervalsOf(told, release))
  if (intervals.length === 0) return { why }
  const sides = intervals.flatMap(({ versions }) => versions)
  const total = (key: 'requests' | 'errors' | 'lost' | 'cut' | 'wrong'): number => sides.reduce((sum, side) => sum + side[key], 0)
  const lost = intervals.reduce((sum, each) => sum + each.lost, 0)
  return {
    countedBy: [...new Set(told.flatMap(({ traffic }) => traffic.by.split(', ')))].filter(name => name !== '').toSorted(),
    intervals,
    requests: total('requests') + lost - total('lost'),
    errors: total('errors'),
    lost,
    lostAtMost: lost + intervals.reduce((sum, each) => sum + each.unclustered, 0),
    cut: total('cut'),
    wrongVersion: total('wrong'),
    notes: [...why.map(each => `not measured: ${each}`), ...outlivedNotes(told), ...notesOn(intervals, releases)],
  }
}

/** What was told last of a release: what kept it from being counted before may have passed. */
function whyOf(told: readonly Told[]): readonly string[] {
  const last = new Map(told.map(({ release, traffic }) => [release, traffic.why]))
  return [...new Set([...last.values()].flatMap(why => why ?? []))]
}

function toldIn(sight: Sight, releaseOf: (path: string) => string | undefined): readonly Told[] {
  const reached = sight.engine.calls.filter(({ type }) => type === reachGoal.type).toSorted((a, b) => a.since - b.since)
  return reached.flatMap(call => {
    const shown = shownFor(sight, call.name)
    const output = Reached.safeParse(call.output)
    const release = shown && releaseOf(shown.path)
    const traffic = output.success ? output.data.traffic : undefined
    return release !== undefined && traffic ? [{ release, traffic }] : []
  })
}

/** Each with the step that brought the split at its end. */
function intervalsOf(told: readonly Told[], { view, shares }: ReleaseShares): ReportedInterval[] {
  const mine = told.filter(({ release }) => release === view.id).flatMap(({ traffic }) => traffic.intervals)
  return mine.map(interval => reported(interval, view, causeOf(interval, shares)))
}

/** The share that stood at its end: a look that ends an interval and the write behind it may have the same millisecond. */
function causeOf({ to, stable, canary }: CountedInterval, shares: readonly ReportedShare[]): ReportedShare | undefined {
  const isOwn = (share: ReportedShare): boolean => share.stable === stable && share.canary === canary
  return shares.findLast(share => share.at < to || (share.at === to && isOwn(share)))
}

function reported(interval: CountedInterval, release: ReleaseView, cause: ReportedShare | undefined): ReportedInterval {
  const { from, to, stable, canary, settled, sides, nowhere, unrouted, unclustered, missing } = interval
  const side = (name: 'stable' | 'canary', { version, ...counts }: CountedSide): ReportedInterval['versions'][number] => ({
    side: name,
    version: versionName(version, release),
    ...counts,
  })
  return {
    release: release.id,
    from,
    to,
    stable,
    canary,
    settled,
    step: cause?.step,
    name: cause?.name,
    versions: [side('stable', sides.stable), side('canary', sides.canary)].filter(({ requests }) => requests > 0),
    lost: nowhere + sides.stable.lost + sides.canary.lost,
    unrouted,
    unclustered,
    missing: [...missing, ...(interval.unnamed > 0 ? [`${interval.unnamed} were answered by pods that the proxies cannot name`] : [])],
  }
}

function versionName(version: CountedSide['version'], { fromVersion, toVersion }: ReleaseView): string | undefined {
  if (version === 'former') return fromVersion
  return version === 'new' ? toVersion : undefined
}

function notesOn(intervals: readonly ReportedInterval[], releases: readonly ReleaseShares[]): readonly string[] {
  const missing = [...new Set(intervals.flatMap(each => each.missing))]
  const unsure = intervals.flatMap(({ versions }) => versions).reduce((sum, side) => sum + side.unsure, 0)
  const sum = (key: 'unrouted' | 'unclustered'): number => intervals.reduce((total, each) => total + each[key], 0)
  const [unrouted, unclustered] = [sum('unrouted'), sum('unclustered')]
  return [
    ...releases.flatMap(({ view: { id } }) => gapsIn(intervals.filter(({ release }) => release === id))),
    ...(missing.length > 0 ? [`lower bounds: ${missing.join(', ')}`] : []),
    ...(unsure > 0 ? [`${unsure} answers came from a version that had just lost its share: they may have been sent before`] : []),
    ...(unclustered > 0 ? [`${unclustered} requests met a route to a cluster that these gateways did not have, of whatever host`] : []),
    ...(unrouted > 0 ? [`${unrouted} requests of any host and path found no route at these gateways`] : []),
  ]
}

function outlivedNotes(told: readonly Told[]): readonly string[] {
  const outlived = told.reduce((sum, { traffic }) => sum + (traffic.outlived ?? 0), 0)
  return outlived > 0 ? [`${outlived} requests were still under way at the end of a drain`] : []
}

/** Times of which nobody knows anything: a delegate was started anew, or its word did not arrive. */
function gapsIn(intervals: readonly ReportedInterval[]): readonly string[] {
  return intervals.flatMap(({ from }, index) => {
    const before = intervals[index - 1]
    const milliseconds = before ? Date.parse(from) - Date.parse(before.to) : 0
    return before && milliseconds > seam ? [`not counted: ${formatDuration(milliseconds)} from ${before.to} on`] : []
  })
}
