import { measureVersion, reachGoal, Reached, type Share } from '#protocol/index.ts'
import type { MeasuredVersion, ReleaseView, ReportedShare, TrafficReport } from '#protocol/http/index.ts'
import { stepsOf } from '#model/application/index.ts'
import * as names from '../names.ts'
import { countedReport, type CountedReport } from './counted.ts'
import { executionView } from './execution-view.ts'
import { shownFor, type Shown } from './shown.ts'
import { iso, type Call, type Sight } from './sight.ts'

/** What happened to traffic, from the journal alone: shares as the delegate saw them, each with the step that caused it. */
export function trafficReport(sight: Sight): TrafficReport {
  const view = executionView(sight)
  const { id: execution, application, workflow, service, status, says, started, ended, writes, calls } = view
  const measured = sight.engine.calls.flatMap(call => measuredBy(sight, call))
  const steps = [...view.around.filter(isBefore), ...view.phases.flatMap(phase => phase.sections.flatMap(section => section.steps))]
  const all = [...steps, ...view.around.filter(step => !isBefore(step))]
  return {
    execution,
    application,
    workflow,
    service,
    status,
    says,
    started,
    ended,
    writes,
    calls,
    measured,
    releases: view.releases.map(({ id, fromVersion, toVersion, settle }) => ({
      id,
      fromVersion,
      toVersion,
      settledBy: settle?.how,
      shares: sharesOf(sight, id),
    })),
    steps: all.map(({ path, name, status: is, started: from, ended: to }) => ({ path, name, status: is, started: from, ended: to })),
    ...withNotes(countsIn(sight, view.releases, measured), underWay(sight)),
  }
}

const withNotes = (counts: CountedReport, more: readonly string[]): CountedReport => ({ ...counts, notes: [...counts.notes, ...more] })

/** What moves traffic just now tells its shares when it has come to its end. */
function underWay(sight: Sight): readonly string[] {
  const open = sight.engine.calls.filter(({ type, is }) => type === reachGoal.type && is === 'open')
  const steps = new Set(open.flatMap(({ name }) => shownFor(sight, name)?.name ?? []))
  return [...steps].map(name => `"${name}" is under way: its shares are told when it is done (sluice status shows them now)`)
}

/** What proxies counted of the whole run; where they did not, what checks measured is all that is known. */
function countsIn(sight: Sight, releases: readonly ReleaseView[], measured: readonly MeasuredVersion[]): CountedReport {
  const shares = releases.map(view => ({ view, shares: sharesOf(sight, view.id) }))
  const counted = countedReport(sight, shares, path => releases.find(({ id }) => pathsOf(sight, id).includes(path))?.id)
  if (!('why' in counted)) return counted
  const requests = measured.length > 0 ? measured.reduce((sum, each) => sum + each.requests, 0) : null
  const unknown = { errors: null, lost: null, lostAtMost: null, cut: null, wrongVersion: null }
  return { countedBy: [], intervals: [], requests, ...unknown, notes: counted.why.map(each => `not measured: ${each}`) }
}

/** Everything under which goals of a release are reached. */
function pathsOf(sight: Sight, release: string): readonly string[] {
  return [...stepsOf(sight.definition.workflow, release).map(step => step.path), names.rest(release), names.goBack(release)]
}

const isBefore = ({ type }: { readonly type: string }): boolean => type === 'look' || type === 'turn'

function sharesOf(sight: Sight, release: string): ReportedShare[] {
  const paths = pathsOf(sight, release)
  const reached = sight.engine.calls.filter(({ type }) => type === reachGoal.type).toSorted((a, b) => a.since - b.since)
  const noted = reached.flatMap(call => {
    const shown = shownFor(sight, call.name)
    const output = Reached.safeParse(call.output)
    if (!shown || !paths.includes(shown.path) || !output.success) return []
    return (output.data.shares ?? []).map(share => ({ share, shown }))
  })
  return noted.reduce<ReportedShare[]>(withShare, [])
}

const keys = ['stable', 'canary', 'foreign', 'next'] as const

/** Shares that stay are one entry; the first acknowledgement counts. */
function withShare(sofar: ReportedShare[], { share, shown }: { readonly share: Share; readonly shown: Shown }): ReportedShare[] {
  const { at, acknowledged, ...present } = share
  const last = sofar.at(-1)
  const same = last && keys.every(key => last[key] === present[key])
  if (same && (last.acknowledged !== undefined || !acknowledged)) return sofar
  if (same) return [...sofar.slice(0, -1), { ...last, acknowledged: at }]
  return [...sofar, { at, ...present, acknowledged: acknowledged ? at : undefined, step: shown.path, name: shown.name }]
}

function measuredBy(sight: Sight, call: Call): MeasuredVersion[] {
  const output = call.type === measureVersion.type && call.endedAt !== undefined ? measureVersion.output.safeParse(call.output) : undefined
  const shown = shownFor(sight, call.name)
  if (!output?.success || !shown || call.endedAt === undefined) return []
  const { requests, errors, says } = output.data
  return [{ step: shown.path, name: shown.name, from: iso(call.since), to: iso(call.endedAt), requests, errors, says }]
}
