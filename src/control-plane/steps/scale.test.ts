import { expect, it } from 'vitest'
import { play, stepContract } from './step.contract.ts'

const workload = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' }
stepContract('scale', { workload, to: { count: 3 } }, { workload, to: { count: -1 } })

it('asks for that many pods of that workload', async () => {
  const { changes, result } = await play('scale', { workload, to: { percent: 50 } })

  expect(changes).toEqual([{ is: 'scale', workload, to: { percent: 50 } }])
  expect(result).toEqual({ is: 'done', says: 'scale done' })
})
