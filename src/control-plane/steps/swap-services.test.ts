import { expect, it } from 'vitest'
import { play, stepContract } from './step.contract.ts'

stepContract('swapServices', {}, { weight: 50 })

it('takes everybody to the staged version in one move', async () => {
  const { goals } = await play('swapServices', {})

  expect(goals).toMatchObject([
    {
      to: 'split',
      rows: [
        { to: 'stable', weight: 0 },
        { to: 'canary', weight: 100 },
      ],
    },
  ])
})
