import { describe, expect, it } from 'vitest'
import { seededRandom, type KubernetesObject } from '#base/index.ts'
import type { Fault } from '#sandbox/api-server/index.ts'
import { countCalls } from './count.ts'
import { failures } from './failures.ts'
import { follow, type Change } from './follow.ts'
import { openMirror } from './mirror.ts'
import { objectsOf } from './objects-of.ts'
import { sandboxCluster } from './sandbox-cluster.contract.ts'

const by = { fieldManager: 'test' }
const collection = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' }
const configMap = (name: string, data: Record<string, string> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
})

function setUp(options: { dropWatch?: () => number | undefined; history?: number; faults?: (path: string) => Fault | undefined } = {}) {
  const { faults, ...rest } = options
  const { cluster, clock } = sandboxCluster({ ...rest, latency: () => [1, 1], ...(faults && { faults: request => faults(request.path) }) })
  const counted = countCalls(cluster)
  const surroundings = { clock, random: seededRandom(3) }
  const objects = objectsOf(counted, surroundings)
  const seen: Change[] = []
  const stop = new AbortController()
  const begin = async (): Promise<void> => {
    for await (const change of follow(objects, collection, surroundings, stop.signal)) seen.push(change)
  }
  const says = () =>
    seen.map(change => {
      if (change.is === 'listed') return `listed ${change.objects.map(object => object.metadata.name).join(',')}`
      return change.is === 'interrupted' ? 'interrupted' : `${change.is} ${change.object.metadata.name}`
    })
  /** What someone who believed the changes now knows. */
  const state = (): string[] => {
    const names = new Set<string>()
    for (const change of seen) {
      if (change.is === 'listed') names.clear()
      if (change.is === 'listed') for (const object of change.objects) names.add(object.metadata.name)
      if (change.is === 'put') names.add(change.object.metadata.name)
      if (change.is === 'gone') names.delete(change.object.metadata.name)
    }
    return [...names].sort()
  }
  const write = (object: KubernetesObject) => clock.runUntil(objects.create(object, by))
  const remove = (name: string) => clock.runUntil(objects.remove({ ...collection, name }, {}))
  return { objects, clock, counted, surroundings, begin, says, state, stop, write, remove }
}

describe('following a collection', () => {
  it('lists once, then tells every change', async () => {
    const { begin, says, clock, write, remove, stop, counted } = setUp()
    await write(configMap('a'))
    const following = begin()
    await clock.advance(10)
    await write(configMap('b'))
    await remove('a')
    await clock.advance(10)
    expect(says()).toEqual(['listed a', 'put b', 'gone a'])
    expect(counted.counts()).toMatchObject({ reads: 1, watches: 1 })
    stop.abort()
    await clock.runUntil(following)
  })

  it('asks nothing while nothing changes, but to open the watch again', async () => {
    const { begin, says, clock, stop, counted } = setUp()
    const following = begin()
    await clock.advance(3_600_000)
    expect(says()).toEqual(['listed '])
    expect(counted.counts().reads).toBe(1)
    expect(counted.counts().watches).toBeLessThanOrEqual(13)
    stop.abort()
    await clock.runUntil(following)
  })

  it('resumes where the watch broke off, without losing or repeating a change', async () => {
    const { begin, says, clock, write, stop, counted } = setUp({ dropWatch: () => 1500 })
    await write(configMap('c'))
    const following = begin()
    await clock.advance(10)
    for (let i = 0; i < 20; i++) {
      await write(configMap(`c${i}`))
      await clock.advance(700)
    }
    expect(says()).toEqual(['listed c', ...Array.from({ length: 20 }, (_, i) => `put c${i}`)])
    expect(counted.counts().reads).toBe(1)
    expect(counted.counts().watches).toBeGreaterThan(5)
    stop.abort()
    await clock.runUntil(following)
  })

  it('ends with what the cluster holds, however often the watch breaks and the place is forgotten', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const random = seededRandom(seed)
      const { begin, state, says, clock, write, remove, stop } = setUp({ dropWatch: () => random() * 400, history: 3 })
      const following = begin()
      const truth = new Set<string>()
      for (let i = 0; i < 200; i++) {
        const name = `c${Math.floor(random() * 8)}`
        if (truth.has(name)) await remove(name)
        else await write(configMap(name))
        if (!truth.delete(name)) truth.add(name)
        if (random() < 0.2) await clock.advance(random() * 1000)
      }
      await clock.advance(120_000)
      expect(state(), `seed ${seed}`).toEqual([...truth].sort())
      expect(says().filter(line => line.startsWith('listed')).length, `seed ${seed}: the place was forgotten`).toBeGreaterThan(1)
      stop.abort()
      await clock.runUntil(following)
    }
  })

  it('tells once that the cluster does not answer, and comes back by itself', async () => {
    let down = true
    const lost: Fault = { is: 'lostRequest', error: failures.UNREACHABLE({ cluster: 'sandbox', reason: 'ECONNREFUSED' }) }
    const { begin, says, clock, stop } = setUp({ faults: () => (down ? lost : undefined) })
    const following = begin()
    await clock.advance(120_000)
    expect(says()).toEqual(['interrupted'])
    down = false
    await clock.advance(60_000)
    expect(says()).toEqual(['interrupted', 'listed '])
    stop.abort()
    await clock.runUntil(following)
  })

  it('throws when the right to list is missing', async () => {
    const message = 'configmaps is forbidden: User "bob" cannot list resource "configmaps" in API group "" in the namespace "default"'
    const { begin, clock } = setUp({
      faults: () => ({
        is: 'refuse',
        response: { status: 403, headers: {}, warnings: [], body: { kind: 'Status', code: 403, reason: 'Forbidden', message } },
      }),
    })
    await expect(clock.runUntil(begin())).rejects.toMatchObject({ code: 'SL-KUBERNETES-FORBIDDEN', facts: { verb: 'list' } })
  })
})

describe('a mirror', () => {
  const fail = (error: unknown): never => {
    throw error
  }

  it('holds the collection as it is, and tells its listeners of changes', async () => {
    const { objects, surroundings, clock, write, remove } = setUp()
    await write(configMap('a', { k: '1' }))
    const mirror = await clock.runUntil(openMirror(objects, collection, surroundings, fail))
    const names = () => mirror.objects().map(object => object.metadata.name)
    expect(names()).toEqual(['a'])
    let changes = 0
    const end = mirror.onChange(() => changes++)
    await write(configMap('b'))
    await remove('a')
    await clock.advance(10)
    expect(names()).toEqual(['b'])
    expect(changes).toBe(2)
    end()
    await write(configMap('c'))
    await clock.advance(10)
    expect(changes).toBe(2)
    mirror.close()
  })

  it('fails to open on a cluster that does not answer', async () => {
    const lost: Fault = { is: 'lostRequest', error: failures.UNREACHABLE({ cluster: 'sandbox', reason: 'ECONNREFUSED' }) }
    const { objects, surroundings, clock } = setUp({ faults: () => lost })
    const opening = openMirror(objects, collection, surroundings, fail)
    await expect(clock.runUntil(opening)).rejects.toMatchObject({ code: 'SL-KUBERNETES-UNREACHABLE' })
  })
})
