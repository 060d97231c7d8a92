import { expect, it } from 'vitest'
import { play, stepContract } from './step.contract.ts'

stepContract('rolloutDeployment', { traffic: 'auto' }, { traffic: 'surge' })

it.each(['auto', 'canary', 'reset'])('promotes with traffic: %s', async traffic => {
  expect((await play('rolloutDeployment', { traffic })).goals).toEqual([{ to: 'promoted', traffic }])
})
