import { describe, expect, it } from 'vitest'
import { TrafficReport } from '#protocol/http/index.ts'
import { reportPage } from './page.ts'
import { countsText, reportText } from './text.ts'

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString()
const step = (path: string, name: string) => ({ path, name, status: 'done' as const, started: at(0), ended: at(1) })

const report: TrafficReport = {
  execution: 'k3f9',
  application: 'shop',
  workflow: 'canary',
  service: 'cart',
  status: 'done',
  says: 'cart 1.4.0 runs, after 60 s',
  started: at(0),
  ended: at(60),
  releases: [
    {
      id: 'cart@eu',
      fromVersion: '1.3.2',
      toVersion: '1.4.0',
      settledBy: 'acknowledged',
      shares: [
        {
          at: at(2),
          acknowledged: at(2.1),
          stable: 100,
          canary: 0,
          foreign: 0,
          next: 0,
          step: 'canary/deploy/1',
          name: 'Canary Deployment',
        },
        {
          at: at(10),
          acknowledged: at(10.1),
          stable: 50,
          canary: 50,
          foreign: 0,
          next: 50,
          step: 'canary/verify/1',
          name: 'Split <b>"50"</b> & more',
        },
        { at: at(30), stable: 0, canary: 100, foreign: 0, next: 100, step: 'primary/deploy/1', name: 'Rollout Deployment' },
      ],
    },
  ],
  steps: [step('canary/deploy/1', 'Canary Deployment'), step('primary/deploy/1', 'Rollout Deployment')],
  measured: [{ step: 'canary/verify/2', name: 'Check', from: at(11), to: at(20), requests: 1200, errors: 3, says: 'cart-canary: good' }],
  countedBy: [],
  intervals: [],
  requests: 1200,
  errors: null,
  lost: null,
  lostAtMost: null,
  cut: null,
  wrongVersion: null,
  notes: [],
  writes: 14,
  calls: 47,
}

describe('the page', () => {
  const page = reportPage(report, 0)

  it('needs nothing from outside, and runs nothing', () => {
    expect(page).not.toMatch(/https?:|src=|href=|@import|url\(|<script/)
    expect(page).toContain('prefers-color-scheme: dark')
  })

  it('escapes what people wrote', () => {
    expect(page).toContain('Split &lt;b&gt;&quot;50&quot;&lt;/b&gt; &amp; more')
    expect(page).not.toContain('<b>')
  })

  it('draws what was declared to the end, and as an area only what every proxy had', () => {
    const points = (name: string): string[] => (new RegExp(`class="${name}" points="([^"]*)"`).exec(page)?.[1] ?? '').split(' ')
    const heights = (name: string): number[] => [...new Set(points(name).map(point => Number(point.split(',')[1])))]
    // 0, 50 and 100 percent of a plot from 244 up to 16.
    expect(heights('declared')).toEqual([244, 130, 16])
    expect(heights('area')).toEqual([244, 130])
    expect(points('declared').at(-1)).toBe('944,16')
  })

  it('tells times as people do, each name whole and within the picture', () => {
    expect(page).toContain('started 2026-01-01 00:00:00 UTC')
    expect(page).not.toMatch(/\dT\d/)
    const late = {
      ...report,
      ended: at(200),
      releases: report.releases.map(each => ({ ...each, shares: each.shares.map(share => ({ ...share, at: at(199) })) })),
    }
    const text = reportPage(late, 0)
    expect(text).toContain('<td>3 m 19 s</td>')
    expect(text).toMatch(/<text class="axis" x="944" y="\d+" text-anchor="end">Rollout Deployment</)
  })

  it('does not praise what nobody used', () => {
    const idle = {
      ...report,
      requests: 0,
      lost: 0,
      lostAtMost: 0,
      wrongVersion: 0,
      errors: 0,
      cut: 0,
      countedBy: ['gateway-1'],
      measured: [],
    }
    expect(countsText(idle)).toBe('requests 0: nobody sent any, so what would have been lost, or have met a wrong version, is not measured')
    expect(reportText(idle, 200).split('\n')).toContain('counted by gateway-1')
  })

  it('says what was not measured', () => {
    expect(page).toContain('requests 1,200, lost not measured, wrong version not measured')
  })

  it('is there for a run that moved nothing, and for one that goes on', () => {
    const { ended: _, ...running } = report
    const idle = { ...running, releases: [{ id: 'cart@eu', toVersion: '1.4.0', shares: [] }], measured: [], steps: [] }
    expect(reportPage(idle, Date.parse(at(5)))).toContain('No traffic was moved.')
    expect(TrafficReport.parse(report)).toEqual(report)
  })
})

describe('what proxies counted', () => {
  const side = (name: 'stable' | 'canary', version: string, requests: number, more = {}) => ({
    side: name,
    version,
    requests,
    errors: 0,
    lost: 0,
    cut: 0,
    wrong: 0,
    unsure: 0,
    ...more,
  })
  const interval = { release: 'cart@eu', settled: true, lost: 0, unrouted: 0, unclustered: 0, missing: [] }
  const counted: TrafficReport = {
    ...report,
    countedBy: ['istio-ingressgateway-6f'],
    intervals: [
      { ...interval, from: at(0), to: at(9.5), stable: 100, canary: 0, versions: [side('stable', '1.3.2', 1000)] },
      {
        ...interval,
        from: at(9.5),
        to: at(11),
        stable: 50,
        canary: 50,
        settled: false,
        lost: 2,
        step: 'x',
        name: 'Split',
        versions: [side('stable', '1.3.2', 60, { errors: 3 }), side('canary', '1.4.0', 50)],
      },
    ],
    requests: 1112,
    errors: 3,
    lost: 2,
    lostAtMost: 5,
    cut: 1,
    wrongVersion: 0,
    notes: ['lower bounds: <gateway> began anew'],
  }

  it('stands in a table per split, with who answered and the step that brought it', () => {
    const lines = reportText(counted, 200).split('\n')
    expect(lines.find(line => line.includes('before the first split'))).toMatch(/9\.5 s +100 % +0 % +1\.3\.2 1,000 +0 +0 +0/)
    expect(lines.find(line => line.includes('(on the way)'))).toMatch(
      /1\.5 s +100 → 50 % +0 → 50 % +1\.3\.2 60, 1\.4\.0 50 +3 +2 +0 +Split/,
    )
    expect(lines).toContain('requests 1,112, lost 2 to 5, wrong version 0')
    expect(lines).toContain('3 errors of the application itself, 1 answers broken off; counted by istio-ingressgateway-6f')
  })

  it('is on the page too, with what the counts do not hold', () => {
    const page = reportPage(counted, 0)
    expect(page).toContain('<h2>Requests</h2>')
    expect(page).toContain('<td>1.3.2 60, 1.4.0 50</td>')
    expect(page).toContain('lower bounds: &lt;gateway&gt; began anew')
  })
})

it('tells the same as text, a line per share with the step that caused it', () => {
  const lines = reportText(report, 200).split('\n')
  expect(lines.find(line => line.includes('Split'))).toMatch(/50 % +50 % +0 % +50 % +100 ms \(every proxy\) +Split/)
  expect(lines.find(line => line.includes('Rollout'))).toContain('overtaken')
  expect(countsText({ ...report, requests: null })).toBe('requests not measured, lost not measured, wrong version not measured')
})
