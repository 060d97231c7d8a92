import { expect, it } from 'vitest'
import type { ResolvedStep, ResolvedWorkflow } from '#model/workflow/index.ts'
import { stepGoals } from './terms.ts'

const step = (type: string, input: ResolvedStep['input']): ResolvedStep => ({ name: type, type, input }) as unknown as ResolvedStep

/** A workflow of one phase, as far as its goals need it. */
const workflow = (...steps: readonly ResolvedStep[]): ResolvedWorkflow =>
  ({ phases: [{ release: 'cart@eu', sections: [{ steps }] }] }) as unknown as ResolvedWorkflow

const half: ResolvedStep['input'] = {
  rows: [
    { to: 'canary', weight: 50 },
    { to: 'stable', weight: 50 },
  ],
}

it.each([true, false])('plans the splits behind a canary as they will run: its number of pods fixed, %s', fixed => {
  const canary = step('canaryDeployment', { instances: { count: 1 }, fixed })
  const ramp = step('shiftTraffic', { stages: [75, 100], hold: 0 })

  const goals = stepGoals(workflow(canary, step('trafficSplit', half), ramp), 'cart@eu').flatMap(each => each.goals)

  expect(goals.filter(goal => goal.to === 'split').map(goal => goal.fixed)).toEqual([fixed, fixed, fixed])
})

it('names the steps that aim for something, in their order', () => {
  const steps = [step('stageDeployment', {}), step('wait', { for: 1000 }), step('swapServices', {})]

  expect(stepGoals(workflow(...steps), 'cart@eu').map(({ name, goals }) => [name, goals.map(goal => goal.to)])).toEqual([
    ['stageDeployment', ['pinned', 'prepared']],
    ['swapServices', ['split']],
  ])
})
