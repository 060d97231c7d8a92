import { expect, it } from 'vitest'
import { play, stepContract } from './step.contract.ts'

const objects = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'migrate' }]
stepContract('delete', { objects }, { objects: [] })

it('deletes what it names', async () => {
  expect((await play('delete', { objects })).changes).toEqual([{ is: 'delete', objects }])
})
