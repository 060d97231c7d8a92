import { expect, it } from 'vitest'
import { play, stepContract } from './step.contract.ts'

const match = [{ headers: { 'x-beta': { exact: 'yes' } } }]
stepContract('headerRoute', { name: 'beta', match }, { name: 'beta', match: [{ headers: { 'x-beta': { like: 'yes' } } }] })

it('leads the requests to the canary', async () => {
  const { goals } = await play('headerRoute', { name: 'beta', match }, { fixed: true })

  expect(goals).toEqual([{ to: 'headerRoute', name: 'beta', match, fixed: true }])
})

it('takes a header route away by its name', async () => {
  expect((await play('headerRoute', { name: 'beta', match: [] })).goals).toMatchObject([{ name: 'beta', match: [] }])
})
