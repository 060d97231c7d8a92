import { expect, it } from 'vitest'
import { play, stepContract } from './step.contract.ts'

stepContract('wait', { for: 60_000 }, { for: -1 })

it('lets the time pass', async () => {
  const { result, calls } = await play('wait', { for: 60_000 })

  expect(result).toEqual({ is: 'done', says: 'waited 1 m' })
  expect(calls).toEqual(['wait'])
})

it('is cut short by a person', async () => {
  const { result } = await play('wait', { for: 3_600_000 }, { answers: { wait: 'skip' } })

  expect(result).toEqual({ is: 'done', says: 'cut short by ada', as: 'skipped' })
})
