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
  {
    was: 'a roll turned round at weight 0, and users came back to a Service of which proxies still listed the pods that the turn had taken away',
    world: {
      seed: 10306,
      shape: 'httpRoute',
      replicas: 4,
      gateways: 1,
      settle: 'acknowledged',
      steps: [
        { is: 'canary', percent: 23, fixed: false },
        { is: 'split', canary: 60 },
        { is: 'split', canary: 100 },
        { is: 'rollout', traffic: 'canary' },
        { is: 'delete' },
      ],
    },
    troubles: [
      { is: 'supersede', when: { write: 16, delay: 1608 } },
      { is: 'killAtWrite', write: 20, side: 'before', down: 36_998 },
      { is: 'autoscaler' },
      { is: 'load', when: { write: 10, delay: 0 }, replicas: 7 },
      { is: 'propagation', most: 18_412 },
    ],
  },
  {
    was: 'the staged pod of a blue/green run died while everybody was on it, and a person was asked for a day, because it was cleaning up already',
    world: {
      seed: 10440,
      shape: 'blueGreenByService',
      replicas: 1,
      gateways: 2,
      settle: 'acknowledged',
      steps: [{ is: 'stage' }, { is: 'approval' }, { is: 'swap' }, { is: 'bake', for: 39_000 }],
    },
    troubles: [
      { is: 'cut', when: { write: 24, delay: 0 }, for: 63_919, from: 'controlPlane' },
      { is: 'podGone', when: { write: 10, delay: 793 }, side: 'canary', how: 'crash', all: false },
    ],
  },
]

it.each(histories)('no longer: $was', async ({ world, troubles }) => {
  const { violations, endings } = await replay(world, troubles)

  expect(violations).toEqual([])
  expect(endings).not.toContain('stranded')
})
