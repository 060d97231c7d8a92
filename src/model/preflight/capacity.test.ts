import { describe, expect, it } from 'vitest'
import { against, deployment, facts, fine, object, pod, said } from './cart-facts.contract.ts'
import { firstCanaryPods, mostCanaryPods } from './pods-needed.ts'
import { parseQuantity, quantityText } from './quantity.ts'

const containers = [
  { name: 'cart', image: 'cart:2', resources: { requests: { cpu: '500m', memory: '256Mi' }, limits: { memory: '512Mi' } } },
]
const subject = { next: deployment('2', { spec: { containers } }) }
const quota = (hard: object, used: object = {}, spec: object = {}) => ({ ...object('ResourceQuota', 'team', spec), status: { hard, used } })
const within = (hard: object, used: object = {}, spec: object = {}, own: object = {}) =>
  facts({ ...subject, ...own }, { quotas: { items: [quota(hard, used, spec)] } })

describe('how many pods', () => {
  it('the canary begins with, and has at most', () => {
    const { subject: usual } = facts()
    expect([firstCanaryPods(usual), mostCanaryPods(usual)]).toEqual([1, { pods: 4, step: 'Rollout Deployment' }])
    const [canary, split] = usual.steps
    expect(mostCanaryPods({ ...usual, steps: [canary, split].flatMap(step => step ?? []) })).toEqual({ pods: 2, step: 'Traffic Split' })
    const reset = [{ name: 'Roll', goals: [{ to: 'promoted' as const, traffic: 'reset' as const }] }]
    expect([firstCanaryPods({ ...usual, steps: reset }), mostCanaryPods({ ...usual, steps: reset })]).toEqual([undefined, undefined])
  })
})

describe('a quota', () => {
  it('without room for all canary pods is a warning: the run would hold and ask', () => {
    expect(against('capacity', within({ 'requests.cpu': '4' }, { 'requests.cpu': '2500m' }))).toMatchObject([
      {
        level: 'warn',
        code: 'SL-PREFLIGHT-QUOTA-SHORT',
        message: 'ResourceQuota shop/team: requests.cpu has 1500m left, 4 canary pods need 2 at Rollout Deployment.',
      },
    ])
  })

  it('without room for the first pod refuses', () => {
    expect(said('capacity', within({ pods: '4' }, { pods: '4' }))).toEqual(['refuse QUOTA-SHORT'])
  })

  it('counts memory, limits, pods, and short names of requests', () => {
    expect(said('capacity', within({ memory: '1Gi', 'limits.memory': '1Gi', 'count/pods': '3', services: '0' }))).toEqual([
      'warn QUOTA-SHORT',
      'warn QUOTA-SHORT',
    ])
    expect(said('capacity', within({ cpu: '2', memory: '1Gi', pods: '4' }))).toEqual([])
  })

  it('counts containers that are injected into the present pods', () => {
    const sidecar = { name: 'istio-proxy', resources: { requests: { cpu: '100m' } } }
    const pods = [pod('a', { containers: [{ name: 'cart' }, sidecar] })]
    expect(said('capacity', within({ cpu: '2' }, {}, {}, { pods }))).toEqual(['warn QUOTA-SHORT'])
  })

  it('for some pods only is left to the server', () => {
    expect(said('capacity', within({ pods: '0' }, {}, { scopes: ['BestEffort'] }))).toEqual([])
  })
})

it('a quota whose use is not counted yet is unknown', () => {
  expect(said('capacity', facts(subject, { quotas: { items: [object('ResourceQuota', 'new', { hard: { pods: '9' } })] } }))).toEqual([
    'unknown UNSEEN',
  ])
})

describe('nodes', () => {
  const node = (name: string, allocatable: object, spec: object = {}) => ({ ...object('Node', name, spec), status: { allocatable } })
  const on = (...items: ReturnType<typeof node>[]) => facts(subject, { nodes: { items } })

  it('too small for the canary even when empty are a warning', () => {
    expect(against('capacity', on(node('a', { cpu: '1', memory: '8Gi', pods: '110' })))).toMatchObject([
      {
        message: expect.stringContaining(
          '2 more pods with cpu 500m and memory 256Mi fit even if nothing else ran there, 4 canary pods are needed',
        ),
      },
    ])
    expect(said('capacity', on(node('a', { cpu: '2', memory: '8Gi', pods: '110' })))).toEqual([])
  })

  it('that take no new pods do not count', () => {
    const large = { cpu: '64', memory: '256Gi', pods: '110' }
    const closed = [node('a', large, { unschedulable: true }), node('b', large, { taints: [{ effect: 'NoSchedule' }] })]
    expect(said('capacity', on(...closed))).toEqual(['warn NODES-SHORT'])
  })
})

it('says what one pod asks for', () => {
  expect(fine('capacity', facts(subject))[0]).toContain('4 canary pods at Rollout Deployment, each with cpu 500m and memory 256Mi')
})

it('an init container counts where it asks for more than all that run later', () => {
  const initContainers = [
    { name: 'migrate', resources: { requests: { cpu: '3' } } },
    { name: 'log', restartPolicy: 'Always', resources: { requests: { cpu: '1' } } },
  ]
  const next = deployment('2', { spec: { containers, initContainers } })
  expect(fine('capacity', facts({ next }))[0]).toContain('each with cpu 3 and')
})

it.each([
  ['250m', 0.25],
  ['1', 1],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['100M', 1e8],
  ['2e3', 2000],
  ['0', 0],
])('reads the quantity %s', (text, number) => {
  expect(parseQuantity(text)).toBe(number)
})

it('reads no number from what is no quantity, and writes quantities as people do', () => {
  expect([parseQuantity('many'), parseQuantity(undefined), parseQuantity('1Zi')]).toEqual([undefined, undefined, undefined])
  expect([quantityText(1.5, 'cpu'), quantityText(2, 'cpu'), quantityText(2 ** 31, 'memory'), quantityText(3, 'pods')]).toEqual([
    '1500m',
    '2',
    '2Gi',
    '3',
  ])
})
