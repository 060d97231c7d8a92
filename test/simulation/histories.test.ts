// Histories in which the simulation found users harmed. Each says what went wrong for them, and stays told whatever a seed draws today.
import { expect, it } from 'vitest'
import type { Fault } from './faults.ts'
import { replay } from './play.ts'
import type { Script } from './script.ts'

interface History {
  readonly was: string
  readonly world: Script
  readonly troubles: readonly Fault[]
}

const histories: readonly History[] = [
  {
    was: 'the way back of two routes moved users to and fro for ever: the first was home on the edit that a person keeps, the second not yet',
    world: {
      seed: 283,
      shape: 'twoRoutes',
      replicas: 1,
      gateways: 1,
      settle: 'acknowledged',
      steps: [
        { is: 'canary', percent: 18, fixed: true },
        { is: 'split', canary: 100 },
        { is: 'rollout', traffic: 'auto' },
      ],
    },
    troubles: [{ is: 'edit', when: { write: 16, delay: 0 }, of: 'template' }],
  },
]

it.each(histories)('no longer: $was', async ({ world, troubles }) => {
  const { violations, endings } = await replay(world, troubles)

  expect(violations).toEqual([])
  expect(endings).not.toContain('stranded')
})
