import { expect, it } from 'vitest'
import { play, stepContract, type Measure } from './step.contract.ts'

const input = { version: 'canary', errorRate: { max: 0.01 }, over: 60_000, minRequests: 100, onBad: 'fail', onFewRequests: 'hold' }
stepContract('check', input, { ...input, version: 'both' })

const measured =
  (verdict: 'good' | 'bad' | 'fewRequests'): Measure =>
  () => ({ verdict, says: '5 of 200 failed', requests: 200, errors: 5 })

it('passes what is good, with the figures for later steps', async () => {
  const { result } = await play('check', input, { measure: measured('good') })

  expect(result).toEqual({ is: 'done', says: '5 of 200 failed', output: { verdict: 'good', requests: 200, errors: 5 } })
})

it.each([
  ['bad', 'onBad', 'SL-STEP-VERSION-BAD'],
  ['fewRequests', 'onFewRequests', 'SL-STEP-FEW-REQUESTS'],
] as const)('%s: fails, passes or asks, as %s says', async (verdict, policy, code) => {
  const measure = measured(verdict)

  expect(await play('check', { ...input, [policy]: 'fail' }, { measure })).toMatchObject({ failure: { code } })
  expect(await play('check', { ...input, [policy]: 'pass' }, { measure })).toMatchObject({
    result: { is: 'done', says: `5 of 200 failed; goes on all the same (${policy}: pass)`, output: { verdict } },
  })
  expect(await play('check', { ...input, [policy]: 'hold' }, { measure, answers: { 'verdict-1': 'goOn' } })).toMatchObject({
    result: { is: 'done', says: '5 of 200 failed; taken as good by a person' },
  })
  expect(await play('check', { ...input, [policy]: 'hold' }, { measure, answers: { 'verdict-1': 'back' } })).toMatchObject({
    failure: { code },
  })
})

it('takes silence for bad', async () => {
  const { failure, calls } = await play('check', { ...input, onBad: 'hold' }, { measure: measured('bad') })

  expect(failure?.code).toBe('SL-STEP-VERSION-BAD')
  expect(calls).toEqual(['measure-1', 'verdict-1'])
})

it('measures again where a person asks for it', async () => {
  const measure: Measure = round => ({
    verdict: round === 1 ? 'fewRequests' : 'good',
    says: `round ${round}`,
    requests: round,
    errors: 0,
  })

  const { result } = await play('check', input, { measure, answers: { 'verdict-1': 'retry' } })

  expect(result).toMatchObject({ is: 'done', says: 'round 2' })
})
