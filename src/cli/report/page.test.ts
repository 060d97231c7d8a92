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
  requests: 1200,
  lost: null,
  wrongVersion: null,
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

it('tells the same as text, a line per share with the step that caused it', () => {
  const lines = reportText(report, 200).split('\n')
  expect(lines.find(line => line.includes('Split'))).toMatch(/50 % +50 % +0 % +50 % +100 ms \(every proxy\) +Split/)
  expect(lines.find(line => line.includes('Rollout'))).toContain('overtaken')
  expect(countsText({ ...report, requests: null })).toBe('requests not measured, lost not measured, wrong version not measured')
})
