import { expect, it } from 'vitest'
import { play, stepContract } from './step.contract.ts'

stepContract('stageDeployment', {}, { instances: 3 })

it('pins, then brings as many pods as stable has', async () => {
  const { goals, result } = await play('stageDeployment', {})

  expect(goals).toEqual([{ to: 'pinned' }, { to: 'prepared', instances: { percent: 100 }, fixed: false }])
  expect(result).toEqual({ is: 'done', says: 'prepared reached' })
})
