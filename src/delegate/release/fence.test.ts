import { expect, it } from 'vitest'
import { objectName, VirtualClock, type KubernetesObject } from '#base/index.ts'
import { leaseObject, recordObject } from '#model/release/index.ts'
import { cartRun, observedCart } from '#model/release/cart.contract.ts'
import { newFence } from './fence.ts'

const signal = new AbortController().signal
const run = cartRun()
const record = (resourceVersion: string): KubernetesObject => {
  const object = recordObject(run)
  return { ...object, metadata: { ...object.metadata, resourceVersion } }
}

const marked = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { 'sluice.dev/run': `${run.release.execution}.1` } },
})

/** A process that has read record and Leases, and has marked nothing yet. */
function aProcess() {
  const clock = new VirtualClock(0)
  let inCluster = record('7')
  const read: string[] = []
  let current = { ...observedCart(), leases: [leaseObject('sluice-release-cart', run, '')], record: inCluster }
  const observer = {
    current: () => current,
    refresh: async (object: KubernetesObject) => {
      read.push(objectName(object))
      current = object.kind === 'Lease' ? { ...current, leases: [] } : { ...current, record: inCluster }
    },
    wrote: () => undefined,
    removed: () => undefined,
    onChange: () => () => undefined,
    close: () => undefined,
  }
  return {
    clock,
    read,
    fence: newFence(observer, run, clock),
    leases: () => current.leases.length,
    mark: () => void (current = { ...current, routes: current.routes.map(marked) }),
    somebodyWrites: () => void (inCluster = record('8')),
  }
}

it('believes the record that it has read for a second, and reads it anew behind that', async () => {
  const { clock, read, fence } = aProcess()

  expect(await fence.confirm(signal)).toBe(true)
  expect(read).toEqual([])
  await clock.advance(1000)
  expect(await fence.confirm(signal)).toBe(true)
  expect(read).toEqual(['ConfigMap shop/sluice-record-cart'])
})

it('whoever stood still while others ended its run believes neither the record nor the Leases that it knew', async () => {
  const { clock, fence, leases, somebodyWrites } = aProcess()
  somebodyWrites()
  await clock.advance(50_000)

  expect(await fence.confirm(signal)).toBe(false)
  expect(leases()).toBe(0)
})

it('may ask whatever marks it still sees: they may be those of before it stood still', async () => {
  const { clock, read, fence, somebodyWrites, mark } = aProcess()
  mark()
  somebodyWrites()
  await clock.advance(50_000)

  expect(await fence.confirm(signal)).toBe(true)
  expect(read).toEqual([])
  expect(await fence.isCurrent(signal)).toBe(false)
  expect(await fence.isCurrent(signal)).toBe(true)
})
