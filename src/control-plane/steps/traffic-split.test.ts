import { expect, it } from 'vitest'
import { destinations, play, stepContract } from './step.contract.ts'
import { trafficSplit } from './traffic-split.ts'

const rows = [
  { to: 'canary', weight: 10 },
  { to: 'stable', weight: 90 },
]
stepContract('trafficSplit', { rows }, { rows: [{ to: 'canary', weight: 12.5 }] })

const canary = '${k8s.canaryDestination}'
const split = async (...to: unknown[]) =>
  play('trafficSplit', { rows: to.map((each, i) => ({ to: each, weight: i === 0 ? 100 : 0 })) as never }, { values })
const values = {
  [canary]: destinations.canary,
  '${k8s.stableDestination}': destinations.stable,
  '${outputs.where}': 'host: cart-svc\nsubset: eu-west\nport: { number: 8080 }',
  '${outputs.side}': 'canary',
  '${outputs.mapping}': { host: 'cart-svc', subset: 'eu-west', port: { number: 8080 } },
  '${outputs.nonsense}': 'everywhere',
}

it('parity 16: gives the rows to the goal in their order', async () => {
  const { goals, result } = await play('trafficSplit', { rows })

  expect(goals).toEqual([{ to: 'split', rows, fixed: false }])
  expect(result).toEqual({ is: 'done', says: 'split reached' })
})

it.each([12.5, '', -1, 101])('parity 14: refuses the weight %j', weight => {
  expect(trafficSplit.input.safeParse({ rows: [{ to: 'canary', weight }] }).success).toBe(false)
})

it('parity 13: the special destinations expand, whatever text they come in', async () => {
  const { goals } = await split({ later: canary }, { later: '${k8s.stableDestination}' })

  expect(goals).toEqual([
    {
      to: 'split',
      fixed: false,
      rows: [
        { to: 'canary', weight: 100 },
        { to: 'stable', weight: 0 },
      ],
    },
  ])
})

it('parity 13: literal destinations pass through, with their port', async () => {
  const literal = { host: 'cart-svc', subset: 'eu-west', port: { number: 8080 } }

  expect((await split(literal)).goals).toEqual([
    { to: 'split', fixed: false, rows: [{ to: { host: 'cart-svc', subset: 'eu-west', port: 8080 }, weight: 100 }] },
  ])
})

it('reads a destination that only the run knows, where the workflow named it before', async () => {
  const input = { rows: [{ to: { later: '${outputs.where}' }, weight: 100 }] }
  const literals = [{ host: 'cart-svc', subset: 'eu-west', port: 8080 }]

  const mapping = { rows: [{ to: { later: '${outputs.mapping}' }, weight: 100 }] }

  expect((await play('trafficSplit', input, { values, literals })).goals).toMatchObject([{ rows: [{ to: literals[0] }] }])
  expect((await play('trafficSplit', mapping, { values, literals })).goals).toMatchObject([{ rows: [{ to: literals[0] }] }])
  expect((await play('trafficSplit', input, { values })).failure).toMatchObject({ code: 'SL-STEP-ROW-UNREADABLE' })
})

it('reads the name of a side', async () => {
  expect((await split({ later: '${outputs.side}' })).goals).toMatchObject([{ rows: [{ to: 'canary' }] }])
})

it('refuses text that is no destination', async () => {
  expect((await split({ later: '${outputs.nonsense}' })).failure).toMatchObject({
    message: 'Traffic Split "The step": "everywhere" is neither a side of the release nor a destination that the workflow names.',
  })
})

it('refuses another VirtualService than the one that the run holds', async () => {
  const input = { virtualService: { later: '${outputs.name}' }, rows }
  const name = (typed: string) => ({ virtualService: 'cart-vs', values: { '${outputs.name}': typed } })

  expect((await play('trafficSplit', input, name('cart-vs'))).goals).toHaveLength(1)
  expect((await play('trafficSplit', input, name('other-vs'))).failure).toMatchObject({ code: 'SL-STEP-OTHER-VIRTUAL-SERVICE' })
})

it('hazard 25: keeps a number of pods that the user fixed', async () => {
  expect((await play('trafficSplit', { rows }, { fixed: true })).goals).toMatchObject([{ fixed: true }])
})
