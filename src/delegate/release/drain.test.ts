import { beforeEach, expect, it } from 'vitest'
import { VirtualClock, type KubernetesObject } from '#base/index.ts'
import type { Side, TrafficCounter } from '#delegate/counting/index.ts'
import type { Arrival, Observed } from '#model/release/index.ts'
import { newDrain, type Drain } from './drain.ts'

const everywhere: Arrival = { reached: 'removal', says: '', acknowledged: 1, expected: 1, missing: [] }
const pod = (ip: string, track?: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: ip, labels: track === undefined ? {} : { 'sluice.dev/track': track } },
  status: { podIP: ip, conditions: [{ type: 'Ready', status: 'True' }] },
})
const observed = {
  routes: [{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'cart' }, spec: {} }],
  pods: [pod('10.0.0.1'), pod('10.0.0.2', 'canary')],
} as unknown as Observed

let clock: VirtualClock
let active: number | undefined
let asked: string[]
let outlived: number
const traffic = {
  idleSides: (): readonly Side[] => ['canary'],
  active(addresses: readonly string[]) {
    asked.push(addresses.join())
    return Promise.resolve(active)
  },
  outlived: (requests: number) => void (outlived += requests),
} as unknown as TrafficCounter
const drainBy = (how: 'acknowledged' | 'seconds'): Drain => newDrain(30_000, how, traffic, { clock } as never)

/** Looks every so often as the loop does, until it is drained; milliseconds. */
async function until(drain: Drain): Promise<number> {
  const began = clock.now()
  for (let seen = drain(observed, everywhere); !seen.is; seen = drain(observed, everywhere))
    await clock.advance(Math.min(seen.left, 60_000))
  return clock.now() - began
}

beforeEach(() => {
  clock = new VirtualClock()
  active = 0
  asked = []
  outlived = 0
})

it('ends when nothing has been under way for a while, asking for the pods of the side without a share alone', async () => {
  expect(await until(drainBy('acknowledged'))).toBeLessThanOrEqual(4000)
  expect(new Set(asked)).toEqual(new Set(['10.0.0.2']))
})

it('begins its calm anew with every request that is still under way', async () => {
  const drain = drainBy('acknowledged')
  clock.after(1500, () => (active = 2))
  clock.after(8500, () => (active = 0))
  const took = await until(drain)
  expect(took).toBeGreaterThan(10_000)
  expect(took).toBeLessThan(14_000)
  expect(outlived).toBe(0)
})

it('ends by time where it cannot be seen, and where only time tells that a route has arrived', async () => {
  active = undefined
  expect(await until(drainBy('acknowledged'))).toBe(30_000)
  active = 0
  asked = []
  expect(await until(drainBy('seconds'))).toBe(30_000)
  expect(asked).toEqual([])
})

it('ends by time with what outlives it, which is told once', async () => {
  active = 3
  const drain = drainBy('acknowledged')
  expect(await until(drain)).toBe(30_000)
  drain(observed, everywhere)
  expect(outlived).toBe(3)
})

it('begins anew when the route is not everywhere any more', async () => {
  const drain = drainBy('acknowledged')
  await until(drain)
  expect(drain(observed, { ...everywhere, reached: 'shift' }).is).toBe(false)
  expect(drain(observed, everywhere).is).toBe(false)
})
