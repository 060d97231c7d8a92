import { expect, it } from 'vitest'
import { shiftTraffic } from './shift-traffic.ts'

const read = (written: unknown) => shiftTraffic.written.safeParse(written).data
const measured = { errorRate: { max: '1%' }, over: '2m' }

it.each<[unknown, number[]]>([
  [{ to: [10, '25%', 50, 100], hold: '5m' }, [10, 25, 50, 100]],
  [{ from: 10, to: 100, by: 30, hold: '5m' }, [10, 40, 70, 100]],
  [{ to: 100, by: 40, hold: '5m' }, [40, 80, 100]],
  [{ from: 0, to: 50, by: 25, hold: '5m' }, [25, 50]],
  [{ to: 20, by: 50, hold: '5m' }, [20]],
])('%j goes through the stages %j', (written, stages) => {
  expect(read(written)).toMatchObject({ stages, hold: 300_000 })
})

it('holds nothing where a check takes its time, and lasts as long as its holds and checks', () => {
  const ramp = read({ to: [10, 100], check: measured })
  const both = read({ to: [10, 100], hold: '1m', check: measured })

  expect(ramp).toMatchObject({ hold: 0, check: { over: 120_000, version: 'canary' } })
  expect([ramp, both].map(each => each && shiftTraffic.lasts?.(each))).toEqual([240_000, 360_000])
})

it.each<[string, unknown]>([
  ['stages that do not rise', { to: [50, 10], hold: '5m' }],
  ['the same stage twice', { to: [10, 10], hold: '5m' }],
  ['a stage of nothing', { to: [0, 10], hold: '5m' }],
  ['more than all', { to: [50, 101], hold: '5m' }],
  ['no stage', { to: [], hold: '5m' }],
  ['a part of a percent', { to: [12.5], hold: '5m' }],
  ['one percentage alone', { to: 100, hold: '5m' }],
  ['steps of nothing', { to: 100, by: 0, hold: '5m' }],
  ['a beginning behind the end', { from: 60, to: 50, by: 10, hold: '5m' }],
  ['a list with steps', { to: [10, 50], by: 10, hold: '5m' }],
  ['neither hold nor check', { to: [10, 50] }],
  ['nothing', {}],
])('refuses %s', (_, written) => expect(read(written)).toBeUndefined())

it('is named by its first and its last stage', () => {
  const name = (to: number[]) => shiftTraffic.nameOf?.({ stages: to, hold: 0 })

  expect([name([10, 50, 100]), name([30])]).toEqual(['Shift Traffic 10 → 100 %', 'Shift Traffic 30 %'])
})
