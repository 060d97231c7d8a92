import { describe, expect, it } from 'vitest'
import { VirtualClock, type KubernetesObject } from '#base/index.ts'
import { settleBySeconds } from './seconds.ts'

const times = { shift: 5000, removal: 15_000 }
const route = (generation: number): KubernetesObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'cart', namespace: 'shop', uid: 'u1', generation, resourceVersion: String(generation * 10) },
})
const pod = (address: string, options: { ready?: boolean; dying?: boolean } = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `pod-${address}`,
    namespace: 'shop',
    labels: { app: 'cart' },
    ...(options.dying && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
  },
  status: { podIP: address, conditions: [{ type: 'Ready', status: options.ready === false ? 'False' : 'True' }] },
})

function setUp() {
  const clock = new VirtualClock()
  return { clock, settle: settleBySeconds(times, 'no mesh to ask', clock) }
}

describe('settling by seconds: a route', () => {
  it.each([
    ['Ingress', { annotations: { 'nginx.ingress.kubernetes.io/canary-weight': '0' }, generation: 1 }, 'f:metadata'],
    ['Service', {}, 'f:spec'],
  ])('an %s that says again what it said before is another one, where it was written in between', async (kind, more, owns) => {
    const { clock, settle } = setUp()
    const written = (time: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind,
      metadata: {
        name: 'cart',
        namespace: 'shop',
        uid: 'u1',
        ...more,
        managedFields: [{ manager: 'sluice-run', time, fieldsV1: { [owns]: {} } }],
      },
      spec: {},
    })
    const reached = async (time: string) => (await settle.look({ routes: [written(time)], services: [] })).routes[0]?.reached
    await reached('2026-01-01T00:00:00Z')
    await clock.advance(15_000)
    expect(await reached('2026-01-01T00:00:00Z')).toBe('removal')
    expect(await reached('2026-01-01T00:00:14Z')).toBe('none')
  })

  it('row 17: arrives for a shift after 5 s and for a removal after 15 s', async () => {
    const { clock, settle } = setUp()
    const reached = async () => (await settle.look({ routes: [route(1)], services: [] })).routes[0]?.reached
    expect(await reached()).toBe('none')
    await clock.advance(4999)
    expect(await reached()).toBe('none')
    await clock.advance(1)
    expect(await reached()).toBe('shift')
    await clock.advance(10_000)
    expect(await reached()).toBe('removal')
  })

  it('begins anew with every generation, and counts from the moment of the write', async () => {
    const { clock, settle } = setUp()
    await settle.look({ routes: [route(1)], services: [] })
    await clock.advance(20_000)
    settle.wrote(route(2))
    await clock.advance(6000)
    expect((await settle.look({ routes: [route(2)], services: [] })).routes[0]).toMatchObject({
      reached: 'shift',
      says: '6 s after it was written',
    })
  })

  it('tells from the beginning when it will have come for either', async () => {
    const { clock, settle } = setUp()
    const from = clock.now()
    settle.wrote(route(1))
    await clock.advance(2000)
    expect((await settle.look({ routes: [route(1)], services: [] })).routes[0]?.ends).toEqual({
      shift: from + 5000,
      removal: from + 15_000,
    })
  })

  it('is not delayed by a write that changes metadata alone', async () => {
    const { clock, settle } = setUp()
    await settle.look({ routes: [route(1)], services: [] })
    await clock.advance(15_000)
    const marked = { ...route(1), metadata: { ...route(1).metadata, resourceVersion: '99' } }
    expect((await settle.look({ routes: [marked], services: [] })).routes[0]?.reached).toBe('removal')
  })

  it('says when to look again, and asks for nothing when nothing is awaited', async () => {
    const { clock, settle } = setUp()
    expect((await settle.look({ routes: [route(1)], services: [] })).nextLookIn).toBe(5000)
    await clock.advance(5000)
    expect((await settle.look({ routes: [route(1)], services: [] })).nextLookIn).toBe(10_000)
    await clock.advance(10_000)
    expect((await settle.look({ routes: [route(1)], services: [] })).nextLookIn).toBe(Infinity)
  })
})

describe('settling by seconds: endpoints', () => {
  it('are known when they have been ready for 15 s without a break', async () => {
    const { clock, settle } = setUp()
    const known = async (pods: readonly KubernetesObject[]) =>
      (await settle.look({ routes: [], services: [{ namespace: 'shop', name: 'cart', pods }] })).endpoints.known
    expect(await known([pod('10.0.0.1')])).toEqual([])
    await clock.advance(10_000)
    await known([pod('10.0.0.1', { ready: false })])
    await clock.advance(1000)
    await known([pod('10.0.0.1')])
    await clock.advance(14_999)
    expect(await known([pod('10.0.0.1')])).toEqual([])
    await clock.advance(1)
    expect(await known([pod('10.0.0.1')])).toEqual(['10.0.0.1'])
  })

  it('stay listed for 15 s after they are gone, dying or not ready', async () => {
    const { clock, settle } = setUp()
    const listed = async (pods: readonly KubernetesObject[]) =>
      (await settle.look({ routes: [], services: [{ namespace: 'shop', name: 'cart', pods }] })).endpoints.listed
        .map(({ address }) => address)
        .sort()
    const three = [pod('10.0.0.1'), pod('10.0.0.2'), pod('10.0.0.3')]
    await listed(three)
    await clock.advance(60_000)
    const left = [pod('10.0.0.2', { dying: true }), pod('10.0.0.3', { ready: false })]
    expect(await listed(left)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3'])
    expect((await settle.look({ routes: [], services: [{ namespace: 'shop', name: 'cart', pods: left }] })).nextLookIn).toBe(15_000)
    await clock.advance(15_000)
    expect(await listed(left)).toEqual([])
  })

  it('are complete only when this process has looked for 15 s', async () => {
    const { clock, settle } = setUp()
    expect((await settle.look({ routes: [], services: [] })).endpoints.complete).toBe(false)
    await clock.advance(15_000)
    expect((await settle.look({ routes: [], services: [] })).endpoints.complete).toBe(true)
  })
})
