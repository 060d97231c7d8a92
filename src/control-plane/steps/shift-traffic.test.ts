import { expect, it } from 'vitest'
import { play, stepContract, type Measure } from './step.contract.ts'

const check = { version: 'canary', errorRate: { max: 0.01 }, over: 60_000, minRequests: 100, onBad: 'fail', onFewRequests: 'hold' }
const ramp = { stages: [10, 50, 100], hold: 300_000 }
stepContract('shiftTraffic', { ...ramp, check }, { ...ramp, stages: [50, 10] })

const share = (canary: number) => ({
  to: 'split',
  fixed: false,
  rows: [
    { to: 'canary', weight: canary },
    { to: 'stable', weight: 100 - canary },
  ],
})

it('reaches every stage, holds it, and checks it before the next', async () => {
  const { goals, calls, result } = await play('shiftTraffic', { ...ramp, check })

  expect(goals).toEqual([share(10), share(50), share(100)])
  const stage = (share: number): string[] => [`to-${share}`, `hold-${share}`, `check-${share}/measure-1`]
  expect(calls).toEqual([10, 50, 100].flatMap(stage))
  expect(result).toEqual({ is: 'done', says: '100 % on the canary, after 3 stages' })
})

it('goes no further than a stage whose check is bad', async () => {
  const measure: Measure = round => ({ verdict: round === 2 ? 'bad' : 'good', says: '9 of 200 failed', requests: 200, errors: 9 })

  const { goals, failure } = await play('shiftTraffic', { ...ramp, check }, { measure })

  expect(goals).toEqual([share(10), share(50)])
  expect(failure).toMatchObject({ code: 'SL-STEP-VERSION-BAD' })
})

it('a hold that a person cuts short is over, the ramp is not', async () => {
  const { goals } = await play('shiftTraffic', ramp, { answers: { 'hold-10': 'skip' } })

  expect(goals).toHaveLength(3)
})

it('another attempt goes on at the share that is reached: users are not sent back only to come again', async () => {
  expect((await play('shiftTraffic', ramp, { reachedShare: 50 })).goals).toEqual([share(50), share(100)])
})

it('hazard 25: keeps a number of pods that the user fixed', async () => {
  expect((await play('shiftTraffic', { stages: [10], hold: 0 }, { fixed: true })).goals).toMatchObject([{ fixed: true }])
})

it('refuses another VirtualService than the one that the run holds', async () => {
  const input = { ...ramp, virtualService: { later: '${outputs.name}' } }
  const surroundings = { virtualService: 'cart-vs', values: { '${outputs.name}': 'other-vs' } }

  expect(await play('shiftTraffic', input, surroundings)).toMatchObject({
    goals: [],
    failure: { code: 'SL-STEP-OTHER-VIRTUAL-SERVICE' },
  })
})
