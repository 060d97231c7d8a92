import { expect, it } from 'vitest'
import { play, stepContract } from './step.contract.ts'

stepContract('canaryDelete', {}, { weight: 1 })

it('parity 18: aims for a goal that takes the weight away first, whatever the canary still has', async () => {
  expect((await play('canaryDelete', {})).goals).toEqual([{ to: 'canaryRemoved' }])
})
