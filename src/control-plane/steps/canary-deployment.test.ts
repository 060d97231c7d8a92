import { expect, it } from 'vitest'
import { play, stepContract } from './step.contract.ts'

const input = { instances: { percent: 25 }, fixed: false }
stepContract('canaryDeployment', input, { instances: { percent: 0 }, fixed: false })

it('hazard 2: pins the route before it brings a canary pod', async () => {
  const { goals, result } = await play('canaryDeployment', input)

  expect(goals).toEqual([{ to: 'pinned' }, { to: 'prepared', instances: { percent: 25 }, fixed: false }])
  expect(result).toEqual({ is: 'done', says: 'prepared reached' })
})
