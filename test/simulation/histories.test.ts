// Histories in which the world fails: processes, requests, pods, proxies. A next run for what landed too late.
import { expect, it } from 'vitest'
import { replay } from './play.ts'
import { tellAgain } from './told-again.ts'

tellAgain([
  {
    was: 'a person in a hurry said that an edit stays, and was asked again: played again, the lane took an earlier question for the one that stood',
    world: {
      seed: 74260,
      shape: 'severalEntries',
      replicas: 3,
      gateways: 2,
      settle: 'acknowledged',
      steps: [
        { is: 'canary', percent: 46, fixed: false },
        { is: 'split', canary: 13 },
        { is: 'split', canary: 65 },
        { is: 'split', canary: 71 },
        { is: 'approval' },
        { is: 'bake', for: 56_000 },
        { is: 'split', canary: 100 },
        { is: 'approval' },
        { is: 'rollout', traffic: 'reset' },
        { is: 'delete' },
      ],
    },
    troubles: [
      { is: 'abort', when: { write: 16, delay: 0 }, now: true },
      { is: 'edit', when: { write: 13, delay: 0 }, of: 'template' },
      { is: 'abort', when: { write: 13, delay: 13_608 }, now: false },
    ],
  },
  {
    was: 'a process that stood still before its first mark went on, as if it held the Leases, with the way back of a run that was over',
    world: {
      seed: 65047,
      shape: 'basic',
      replicas: 5,
      gateways: 1,
      settle: 'acknowledged',
      steps: [{ is: 'approval' }, { is: 'rollout', traffic: 'auto' }],
    },
    troubles: [
      { is: 'supersede', when: { write: 3, delay: 0 } },
      { is: 'abort', when: { write: 4, delay: 0 }, now: true },
      { is: 'laggingIstiod', by: 790 },
      { is: 'disconnect', when: { write: 2, delay: 0 }, gateway: 2, for: 1055 },
      { is: 'replica' },
      { is: 'alone', when: { write: 3, delay: 0 }, frozen: 52_895, for: 50_867 },
    ],
  },
  {
    was: 'an Ingress that steps had applied went back through every weight that it had had, though its pods were leaving',
    world: {
      seed: 62047,
      shape: 'blueGreenByHand',
      replicas: 5,
      gateways: 2,
      settle: 'acknowledged',
      steps: [
        { is: 'stage' },
        { is: 'approval' },
        { is: 'apply', weight: 28 },
        { is: 'hold', for: 4000 },
        { is: 'apply', weight: 36 },
        { is: 'hold', for: 19_000 },
        { is: 'swap' },
        { is: 'apply', weight: 7 },
        { is: 'hold', for: 6000 },
        { is: 'apply', weight: 0 },
        { is: 'hold', for: 8000 },
      ],
    },
    troubles: [{ is: 'abort', when: { write: 23, delay: 863 }, now: false }],
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
])

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
