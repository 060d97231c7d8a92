import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { removeSubsets, restoreSubsets, snapshotSubsets, subsetConflicts, subsetExists, subsetsSelecting, writeSubsets } from './subsets.ts'

const rule = (subsets?: readonly object[]): KubernetesObject => ({
  apiVersion: 'networking.istio.io/v1beta1',
  kind: 'DestinationRule',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { host: 'cart', trafficPolicy: { loadBalancer: { simple: 'RANDOM' } }, ...(subsets ? { subsets } : {}), novel: true },
})
const stable = { name: 'stable', labels: { 'pod-template-hash': 'abc' } }
const canary = { name: 'canary', labels: { 'sluice.dev/track': 'canary' } }
const eu = { name: 'eu', labels: { zone: 'eu' }, trafficPolicy: { tls: { mode: 'DISABLE' } } }

describe('subsets of a run', () => {
  it('are added behind the own ones of the user, which stay as they are', () => {
    expect(writeSubsets(rule([eu]), [canary, stable])).toEqual(rule([eu, canary, stable]))
    expect(writeSubsets(rule(), [canary])).toEqual(rule([canary]))
  })

  it('are re-pointed in place, and written only where they differ', () => {
    const written = writeSubsets(rule([stable, eu, canary]), [{ ...stable, labels: { 'pod-template-hash': 'xyz' } }])
    expect(written).toEqual(rule([{ ...stable, labels: { 'pod-template-hash': 'xyz' } }, eu, canary]))
    expect(writeSubsets(written, [canary])).toBe(written)
  })

  it('go without a trace, or back to what stood there', () => {
    expect(removeSubsets(writeSubsets(rule(), [stable, canary]), ['stable', 'canary'])).toEqual(rule())
    const before = rule([{ name: 'canary', labels: { 'harness.io/track': 'canary' }, trafficPolicy: {} }, eu])
    for (const original of [before, rule([]), rule(), rule([eu])]) {
      const snapshot = snapshotSubsets(original, ['stable', 'canary'])
      expect(restoreSubsets(writeSubsets(original, [stable, canary]), snapshot)).toEqual(original)
      expect(restoreSubsets(original, snapshot)).toBe(original)
    }
  })

  it('leave what colleagues added meanwhile', () => {
    const snapshot = snapshotSubsets(rule([eu]), ['stable', 'canary'])
    expect(restoreSubsets(rule([eu, stable, { name: 'new' }, canary]), snapshot)).toEqual(rule([eu, { name: 'new' }]))
  })

  it('conflict with a subset of the same name and other labels, unless it selects stable pods', () => {
    const pod = { app: 'cart', 'harness.io/track': 'stable', 'pod-template-hash': 'abc' }
    const left = rule([
      { name: 'stable', labels: { 'harness.io/track': 'stable' } },
      { name: 'canary', labels: { version: 'beta' } },
    ])
    expect(subsetConflicts(left, [stable, canary], pod)).toEqual([{ name: 'canary', labels: { version: 'beta' }, wanted: canary.labels }])
    expect(subsetConflicts(rule([canary]), [stable, canary], pod)).toEqual([])
  })
})

it('finds subsets by name and by what they select', () => {
  const all = rule([eu, stable, { name: 'everything' }])
  expect(subsetExists(all, 'eu')).toBe(true)
  expect(subsetExists(all, 'us')).toBe(false)
  expect(subsetsSelecting(all, { 'pod-template-hash': 'abc' })).toEqual(['stable', 'everything'])
})
