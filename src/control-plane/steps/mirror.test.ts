import { expect, it } from 'vitest'
import { play, stepContract } from './step.contract.ts'

stepContract('mirror', { percentage: 10, allowUnsafeMethods: false }, { percentage: 101, allowUnsafeMethods: false })

it('copies so many percent to the canary', async () => {
  const { goals } = await play('mirror', { percentage: 10, allowUnsafeMethods: true })

  expect(goals).toEqual([{ to: 'mirror', percent: 10, allowUnsafeMethods: true, fixed: false }])
})
