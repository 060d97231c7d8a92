import { expect, it } from 'vitest'
import { stepTypes } from '#model/workflow/index.ts'
import { steps } from './index.ts'

it('has a step for every type that a workflow may name', () => {
  expect(steps.map(each => each.type).sort()).toEqual(stepTypes.map(each => each.type).sort())
})
