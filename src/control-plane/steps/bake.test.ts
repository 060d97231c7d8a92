import { expect, it } from 'vitest'
import { play, stepContract, type Measure } from './step.contract.ts'

const check = { version: 'canary', errorRate: { max: 0.01 }, over: 120_000, minRequests: 100, onBad: 'fail', onFewRequests: 'hold' }
const checked = { for: 3_600_000, check, every: 1_200_000 }
stepContract('bake', checked, { for: 0 })

it('lets the time pass', async () => {
  const { result, calls, goals } = await play('bake', { for: 3_600_000 })

  expect(result).toEqual({ is: 'done', says: 'baked 1 h' })
  expect(calls).toEqual(['bake-1'])
  expect(goals).toEqual([])
})

it('checks again and again', async () => {
  const { result, calls } = await play('bake', checked)

  expect(calls).toEqual(['bake-1', 'check-1/measure-1', 'bake-2', 'check-2/measure-1', 'bake-3', 'check-3/measure-1'])
  expect(result).toEqual({ is: 'done', says: 'baked 1 h, 3 checks' })
})

it('ends at the first bad check', async () => {
  const measure: Measure = round => ({ verdict: round === 2 ? 'bad' : 'good', says: '9 of 200 failed', requests: 200, errors: 9 })

  const { failure, calls } = await play('bake', checked, { measure })

  expect(failure).toMatchObject({ code: 'SL-STEP-VERSION-BAD' })
  expect(calls.at(-1)).toBe('check-2/measure-1')
})

it('a person ends it as a whole, whatever part it is in', async () => {
  const { result, calls } = await play('bake', checked, { answers: { 'bake-2': 'skip' } })

  expect(result).toEqual({ is: 'done', says: 'cut short by ada', as: 'skipped' })
  expect(calls.at(-1)).toBe('bake-2')
})
