import { expect, it } from 'vitest'
import { approvalAsk } from './index.ts'

const approval = { groups: ['release-managers', 'owners'], expires: 7_200_000, onExpiry: 'reject' } as const

it('asks its groups, says what silence means, and has two answers', () => {
  expect(approvalAsk('Look', { ...approval, groups: [...approval.groups] }, 'Is 10 % good?')).toEqual({
    is: 'approval',
    says: 'Is 10 % good?',
    groups: ['release-managers', 'owners'],
    for: 'one of release-managers, owners',
    next: 'reject, way back',
    deadline: 7_200_000,
    answers: [
      { name: 'approve', means: 'go on' },
      { name: 'reject', means: 'go back' },
    ],
  })
})

it('asks anybody where it names no groups, and may take silence for a yes', () => {
  expect(approvalAsk('Look', { groups: [], expires: 1, onExpiry: 'approve' }, undefined)).toMatchObject({
    says: 'Look',
    for: 'an approval',
    next: 'approve, go on',
  })
})
