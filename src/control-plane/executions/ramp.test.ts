import { afterEach, expect, it } from 'vitest'
import { reached, pretend, step, type Pretended } from './pretended.contract.ts'
import { after, closeStory, command, goals, start, statuses, strategy, view, world } from './story.contract.ts'

afterEach(closeStory)

const hold = 300_000
const ramp = (more = {}) => step('shiftTraffic', { stages: [10, 50, 100], hold }, { name: 'Ramp', timeout: 1_500_000, ...more })
const shares = (pretended: Pretended) => pretended.goals.map(({ goal }) => (goal.to === 'split' ? goal.rows[0]?.weight : goal.to))

it('shows between two stages what is split, and why it waits', async () => {
  const pretended = pretend()
  await start(pretended, [ramp()])
  await after(hold + 1000)

  expect(shares(pretended)).toEqual([10, 50])
  expect(await view()).toMatchObject({
    status: 'running',
    releases: [{ split: { stable: 50, canary: 50 } }],
    waiting: {
      for: '5 m to pass with 50 % on the canary',
      since: expect.stringContaining('T'),
      until: expect.stringContaining('T'),
      next: '100 %',
    },
  })
})

it('tries again from the share that it has reached', async () => {
  let fails = true
  const pretended: Pretended = {
    ...pretend(),
    reach: ({ goal }) => {
      if (goal.to !== 'split' || goal.rows[0]?.weight !== 100 || !fails) return reached(goal.to)
      fails = false
      throw world('API server: away')
    },
  }
  await start(pretended, [ramp({ onFailure: strategy({ retry: { times: 1, every: 1000 } }) })])

  await after(hold * 4)

  expect(shares(pretended)).toEqual([10, 50, 100, 50, 100])
})

it('a person who takes a day over a verdict leaves the stages behind it their time', async () => {
  const check = { version: 'canary', errorRate: { max: 0.1 }, over: 1000, minRequests: 1, onBad: 'hold', onFewRequests: 'pass' }
  const measured = pretend()
  measured.measure = () => ({ verdict: 'bad', says: '5 of 10 failed', requests: 10, errors: 5 })
  await start(measured, [step('shiftTraffic', { stages: [10, 50], hold: 0, check }, { timeout: 602_000 })])
  await after(20 * 3_600_000)
  await command({ do: 'answer', answer: 'goOn', who: 'ada' })
  await after(5000)
  await command({ do: 'answer', answer: 'goOn', who: 'ada' })
  await after(5000)

  expect(goals(measured)).toEqual(['1 split', '2 split', '3 atRest'])
  expect(await statuses()).toEqual(['done'])
})

it('a bake ends early where the watch finds a side lost', async () => {
  const pretended = pretend()
  let lose = (): void => {}
  pretended.watch = () => new Promise(resolve => (lose = () => resolve({ found: 'sideLost', side: 'canary', says: 'no pod left' })))
  await start(pretended, [step('shiftTraffic', { stages: [100], hold: 1 }), step('bake', { for: 3_600_000 }, { timeout: 4_200_000 })])
  await after(60_000)
  expect(await view()).toMatchObject({ waiting: { for: 'a bake of 1 h', next: 'the next step' }, releases: [{ split: { canary: 100 } }] })

  lose()
  await after(10_000)

  expect(await view()).toMatchObject({ status: 'returned', failure: { code: 'SL-EXECUTION-FOUND' } })
  expect(shares(pretended)).toEqual([100, 'returned'])
})
