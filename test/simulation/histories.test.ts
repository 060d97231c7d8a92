// Histories in which the simulation found users harmed. Each says what went wrong for them, and stays told whatever a seed draws today.
import { expect, it } from 'vitest'
import type { Fault } from './faults.ts'
import { replay } from './play.ts'
import type { Script } from './script.ts'

interface History {
  readonly was: string
  readonly world: Script
  readonly troubles: readonly Fault[]
  /** A person gives the way back up, and takes the release back by hand. */
  readonly givenUp?: true
}

const histories: readonly History[] = [
  {
    was: 'a template was edited while a Service led to stable alone, and the way back wrote a split to a route that is not there, for ever',
    world: {
      seed: 300055,
      shape: 'blueGreenByHand',
      replicas: 2,
      gateways: 2,
      settle: 'acknowledged',
      steps: [
        { is: 'stage' },
        { is: 'approval' },
        { is: 'apply', weight: 28 },
        { is: 'hold', for: 4000 },
        { is: 'apply', weight: 28 },
        { is: 'hold', for: 20_000 },
        { is: 'swap' },
        { is: 'apply', weight: 15 },
        { is: 'hold', for: 19_000 },
        { is: 'apply', weight: 0 },
        { is: 'hold', for: 7000 },
      ],
    },
    troubles: [{ is: 'edit', when: { write: 9, delay: 0 }, of: 'template' }],
  },
  {
    was: 'somebody deleted the canary Ingress while stable rolled under it; a way back by hand stopped the roll and waited for its end',
    world: {
      seed: 48913,
      shape: 'blueGreenByIngress',
      replicas: 3,
      gateways: 1,
      settle: 'acknowledged',
      steps: [{ is: 'stage' }, { is: 'split', canary: 52 }, { is: 'swap' }],
    },
    troubles: [
      { is: 'cut', when: { write: 21, delay: 0 }, for: 557, from: 'controlPlane' },
      { is: 'autoscaler' },
      { is: 'load', when: { write: 24, delay: 1994 }, replicas: 3 },
      { is: 'edit', when: { write: 13, delay: 0 }, of: 'subsets' },
    ],
    givenUp: true,
  },
  {
    was: 'the route was applied as it is in Git behind a swap, and the clean-up took nobody on the new version for nobody who wants it',
    world: {
      seed: 8,
      shape: 'blueGreen',
      replicas: 2,
      gateways: 3,
      settle: 'acknowledged',
      steps: [{ is: 'stage' }, { is: 'approval' }, { is: 'split', canary: 45 }, { is: 'swap' }, { is: 'bake', for: 59_000 }],
    },
    troubles: [{ is: 'edit', when: { write: 11, delay: 0 }, of: 'route' }],
  },
  {
    was: 'the route was applied as it is in Git at the end of a roll, and users came home by a subset that stood for pods that were gone',
    world: {
      seed: 10,
      shape: 'twoRoutes',
      replicas: 3,
      gateways: 2,
      settle: 'seconds',
      steps: [
        { is: 'canary', percent: 55, fixed: false },
        { is: 'split', canary: 43 },
        { is: 'split', canary: 100 },
        { is: 'rollout', traffic: 'canary' },
        { is: 'delete' },
      ],
    },
    troubles: [{ is: 'edit', when: { write: 19, delay: 0 }, of: 'route' }],
  },
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
  {
    was: 'subsets that somebody took away came back behind the marks and the template of the way back: one write too late for the mesh',
    world: {
      seed: 20204,
      shape: 'twoRoutes',
      replicas: 5,
      gateways: 2,
      settle: 'acknowledged',
      steps: [
        { is: 'canary', percent: 48, fixed: false },
        { is: 'split', canary: 100 },
        { is: 'rollout', traffic: 'canary' },
      ],
    },
    troubles: [{ is: 'edit', when: { write: 15, delay: 0 }, of: 'subsets' }],
  },
  {
    was: 'expected too much: an edit in the moment before the run holds the workload rolls out as it would without a run',
    world: {
      seed: 19,
      shape: 'blueGreen',
      replicas: 5,
      gateways: 3,
      settle: 'acknowledged',
      steps: [{ is: 'stage' }, { is: 'swap' }],
    },
    troubles: [{ is: 'edit', when: { write: 1, delay: 0 }, of: 'template' }],
  },
  {
    was: 'expected too much: pods that the load took away once the floor was given back are not lost by the restore that comes then',
    world: {
      seed: 5043,
      shape: 'blueGreenByService',
      replicas: 5,
      gateways: 3,
      settle: 'acknowledged',
      steps: [{ is: 'stage' }, { is: 'swap' }],
    },
    troubles: [
      { is: 'restore', when: { write: 21, delay: 0 }, down: 67_385 },
      { is: 'autoscaler' },
      { is: 'load', when: { write: 11, delay: 2861 }, replicas: 1 },
    ],
  },
  {
    was: 'expected too much: whom an editor sends to a side without pods, the run can bring back only once it has seen it',
    world: {
      seed: 10800,
      shape: 'twoRoutes',
      replicas: 4,
      gateways: 1,
      settle: 'acknowledged',
      steps: [
        { is: 'canary', percent: 27, fixed: false },
        { is: 'split', canary: 18 },
        { is: 'rollout', traffic: 'auto' },
      ],
    },
    troubles: [{ is: 'edit', when: { write: 8, delay: 0 }, of: 'weights' }],
  },
  {
    was: 'expected too much: whom an editor sends to a canary in the second in which it becomes ready is lost until every proxy knows its pods',
    world: {
      seed: 100_014,
      shape: 'blueGreen',
      replicas: 2,
      gateways: 3,
      settle: 'seconds',
      steps: [{ is: 'stage' }, { is: 'approval' }, { is: 'swap' }],
    },
    troubles: [{ is: 'edit', when: { write: 7, delay: 1172 }, of: 'weights' }],
  },
  {
    was: 'expected too much: whom an editor sends to pods that are just being replaced is lost until the run has taken them back',
    world: {
      seed: 31_109,
      shape: 'blueGreen',
      replicas: 1,
      gateways: 2,
      settle: 'acknowledged',
      steps: [{ is: 'stage' }, { is: 'swap' }],
    },
    troubles: [{ is: 'edit', when: { write: 11, delay: 2140 }, of: 'weights' }],
  },
  {
    was: 'a workload without a ready pod was taken for a first deployment, kept its old template, and the run said that the new version runs',
    world: {
      seed: 20913,
      shape: 'mesh',
      replicas: 1,
      gateways: 1,
      settle: 'acknowledged',
      steps: [
        { is: 'canary', percent: 35, fixed: false },
        { is: 'rollout', traffic: 'canary' },
      ],
    },
    troubles: [{ is: 'podGone', when: { write: 0, delay: 0 }, side: 'stable', how: 'unready', all: false }],
  },
  {
    was: 'a resume was refused, because whoever owned the run stood still and its accepted pause was in no journal yet: paused for a day',
    world: {
      seed: 143,
      shape: 'mesh',
      replicas: 3,
      gateways: 2,
      settle: 'seconds',
      steps: [
        { is: 'canary', percent: 33, fixed: false },
        { is: 'split', canary: 45 },
        { is: 'approval' },
        { is: 'split', canary: 100 },
        { is: 'rollout', traffic: 'reset' },
      ],
    },
    troubles: [
      { is: 'api', when: { write: 6, delay: 0 }, for: 36_118, how: '409', share: 0.9413500521332026, lands: 1013 },
      { is: 'pause', when: { write: 10, delay: 868 }, for: 2444 },
      { is: 'replica' },
      { is: 'alone', when: { write: 14, delay: 0 }, frozen: 38_153, for: 79_819 },
    ],
  },
  {
    was: 'an istiod that answered within a second or two was taken for silent, and the way back sent users to pods by time that no proxy had',
    world: {
      seed: 38,
      shape: 'httpRoute',
      replicas: 2,
      gateways: 1,
      settle: 'acknowledged',
      steps: [
        { is: 'canary', percent: 47, fixed: false },
        { is: 'split', canary: 29 },
        { is: 'split', canary: 52 },
        { is: 'split', canary: 99 },
        { is: 'header', on: true },
        { is: 'approval' },
        { is: 'split', canary: 100 },
        { is: 'rollout', traffic: 'auto' },
      ],
    },
    troubles: [
      { is: 'abort', when: { write: 22, delay: 0 }, now: false },
      { is: 'propagation', most: 40_127 },
    ],
  },
  {
    was: 'a process that was overtaken let the new version roll, and the other one took that for the write of a stranger and asked a person',
    world: {
      seed: 30256,
      shape: 'isolated',
      replicas: 3,
      gateways: 1,
      settle: 'acknowledged',
      steps: [
        { is: 'canary', percent: 35, fixed: false },
        { is: 'split', canary: 53 },
        { is: 'split', canary: 85 },
        { is: 'bake', for: 8000 },
        { is: 'split', canary: 100 },
        { is: 'approval' },
        { is: 'rollout', traffic: 'auto' },
        { is: 'delete' },
      ],
    },
    troubles: [{ is: 'replica' }, { is: 'alone', when: { write: 14, delay: 0 }, frozen: 8528, for: 87_066 }],
  },
  {
    was: 'a process that was overtaken took its Leases anew when its run had ended elsewhere, and held the release for good',
    world: {
      seed: 380,
      shape: 'isolated',
      replicas: 3,
      gateways: 1,
      settle: 'acknowledged',
      steps: [
        { is: 'canary', percent: 35, fixed: false },
        { is: 'split', canary: 59 },
        { is: 'split', canary: 74 },
        { is: 'approval' },
        { is: 'bake', for: 58_000 },
        { is: 'split', canary: 81 },
        { is: 'bake', for: 11_000 },
        { is: 'delete' },
        { is: 'rollout', traffic: 'canary' },
        { is: 'delete' },
      ],
    },
    troubles: [{ is: 'replica' }, { is: 'alone', when: { write: 24, delay: 0 }, frozen: 38_636, for: 44_909 }],
  },
  {
    was: 'a Lease that was sent before a run was superseded landed when it was gone, and the run that came next was refused for it',
    world: {
      seed: 31_126,
      shape: 'blueGreen',
      replicas: 4,
      gateways: 1,
      settle: 'acknowledged',
      steps: [{ is: 'stage' }, { is: 'approval' }, { is: 'swap' }],
    },
    troubles: [
      { is: 'propagation', most: 1690 },
      { is: 'api', when: { write: 5, delay: 0 }, for: 1553, how: '503', share: 0.3995573760941625, lands: 2173 },
      { is: 'api', when: { write: 0, delay: 0 }, for: 29_443, how: 'late', share: 0.7212471563369036, lands: 15_639 },
      { is: 'supersede', when: { write: 9, delay: 229 } },
      { is: 'cut', when: { write: 11, delay: 1051 }, for: 1071, from: 'cluster' },
    ],
  },
  {
    was: 'an outage kept an applied Ingress from being given back, nobody tried again, and the staged pods that it led users to were removed',
    world: {
      seed: 700440,
      shape: 'blueGreenByHand',
      replicas: 2,
      gateways: 3,
      settle: 'acknowledged',
      steps: [
        { is: 'stage' },
        { is: 'apply', weight: 44 },
        { is: 'hold', for: 17_000 },
        { is: 'apply', weight: 48 },
        { is: 'hold', for: 16_000 },
        { is: 'approval' },
        { is: 'swap' },
        { is: 'apply', weight: 35 },
        { is: 'hold', for: 19_000 },
        { is: 'apply', weight: 0 },
        { is: 'hold', for: 5000 },
      ],
    },
    troubles: [{ is: 'cut', when: { write: 8, delay: 618 }, for: 85_323, from: 'cluster' }],
  },
  {
    was: "a process took the end of the canary Ingress, which another process of the run had deleted, for a stranger's, and all users went back",
    world: {
      seed: 700526,
      shape: 'ingress',
      replicas: 4,
      gateways: 2,
      settle: 'seconds',
      steps: [
        { is: 'canary', percent: 14, fixed: true },
        { is: 'split', canary: 17 },
        { is: 'split', canary: 48 },
        { is: 'split', canary: 75 },
        { is: 'split', canary: 100 },
        { is: 'bake', for: 20_000 },
        { is: 'rollout', traffic: 'reset' },
      ],
    },
    troubles: [
      { is: 'replica' },
      { is: 'freeze', when: { write: 7, delay: 0 }, for: 22_673, which: 0 },
      { is: 'freeze', when: { write: 11, delay: 188 }, for: 3670, which: 1 },
    ],
  },
]

for (const { was, world, troubles, givenUp } of histories)
  it(`no longer: ${was}`, async () => {
    const { violations, endings } = await replay(world, troubles)

    expect(violations).toEqual([])
    expect(endings.includes('stranded')).toBe(givenUp === true)
  })

it('plays the next run where a Lease landed after the end, and takes the Lease away by it', async () => {
  const { violations, endings } = await replay(
    {
      seed: 1,
      shape: 'mesh',
      replicas: 2,
      gateways: 1,
      settle: 'acknowledged',
      steps: [{ is: 'canary', percent: 50, fixed: false }, { is: 'approval' }, { is: 'rollout', traffic: 'canary' }],
    },
    [
      { is: 'api', when: { write: 0, delay: 0 }, for: 3000, how: 'late', share: 1, lands: 20_000 },
      { is: 'abort', when: { write: 0, delay: 4000 }, now: true },
    ],
  )

  expect(violations).toEqual([])
  expect(endings).toEqual(['returned', 'done'])
})
