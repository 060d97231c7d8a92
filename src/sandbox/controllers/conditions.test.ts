import { expect, it } from 'vitest'
import { conditionsOf } from './conditions.ts'

const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'Route was valid' } as const

it('a condition keeps the time of its last change of status, and takes the generation that was looked at', () => {
  const first = conditionsOf([accepted], undefined, { generation: 1, at: '2026-01-01T00:00:00Z' })
  expect(first).toEqual([{ ...accepted, observedGeneration: 1, lastTransitionTime: '2026-01-01T00:00:00Z' }])
  const same = conditionsOf([{ ...accepted, message: 'still' }], first, { generation: 2, at: '2026-01-02T00:00:00Z' })
  expect(same).toMatchObject([{ message: 'still', observedGeneration: 2, lastTransitionTime: '2026-01-01T00:00:00Z' }])
  const turned = conditionsOf([{ ...accepted, status: 'False' }], same, { generation: 3, at: '2026-01-03T00:00:00Z' })
  expect(turned).toMatchObject([{ observedGeneration: 3, lastTransitionTime: '2026-01-03T00:00:00Z' }])
})
