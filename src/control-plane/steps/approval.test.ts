import { expect, it } from 'vitest'
import { play, stepContract } from './step.contract.ts'

const input = { groups: ['release-managers'], expires: 7_200_000, onExpiry: 'reject' }
stepContract('approval', input, { ...input, onExpiry: 'shrug' })

it('goes on with a yes, and remembers who and when', async () => {
  const { result } = await play('approval', input, { answers: { approval: 'approve' } })

  expect(result).toEqual({
    is: 'done',
    says: 'approved by ada',
    output: { approved: true, by: 'ada', why: '', at: '1970-01-01T00:00:00.000Z' },
  })
})

it('is turned down by a no', async () => {
  const { result } = await play('approval', input, { answers: { approval: 'reject' } })

  expect(result).toMatchObject({
    is: 'turnedDown',
    failure: { code: 'SL-STEP-REJECTED', message: 'Approval "The step": rejected by ada.' },
  })
})

it('is turned down when nobody answers in time', async () => {
  const { result } = await play('approval', input)

  expect(result).toMatchObject({ is: 'turnedDown', failure: { code: 'SL-STEP-APPROVAL-EXPIRED' } })
})

it('goes on when nobody answers in time, where that is what silence means', async () => {
  const { result } = await play('approval', { ...input, onExpiry: 'approve' })

  expect(result).toMatchObject({ is: 'done', says: 'approved: nobody objected in time', output: { approved: true, by: 'nobody' } })
})

it('shows a message that only the run can write, once written always the same', async () => {
  const message = { later: '${outputs.check.says}' }
  const { calls } = await play('approval', { ...input, message }, { values: { [message.later]: 'p99 12 ms' } })

  expect(calls).toEqual(['message', 'approval'])
})
