import { expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { hasAppliedSince } from './ownership.ts'

const moment = '2026-01-01T10:00:00.400Z'
const kubectl = { manager: 'kubectl-edit', operation: 'Update', time: '2026-01-01T10:05:00Z' }
const ours = (time?: string) => ({ manager: 'sluice', operation: 'Apply', ...(time === undefined ? {} : { time }) })
const withManagers = (...managedFields: readonly object[]): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'flags', managedFields: managedFields as unknown as readonly Json[] },
})

it.each<[string, boolean, readonly object[], readonly object[]]>([
  ['nobody of us, then and now', false, [], [kubectl]],
  ['ours came', true, [kubectl], [kubectl, ours('2026-01-01T10:01:00Z')]],
  ['ours came, whenever', true, [], [ours()]],
  ['ours is the one that was there', false, [ours('2026-01-01T09:00:00Z')], [ours('2026-01-01T09:00:00Z'), kubectl]],
  ['ours is a later one', true, [ours('2026-01-01T09:00:00Z')], [ours('2026-01-01T10:00:01Z')]],
  ['ours was there in that very second', true, [ours('2026-01-01T10:00:00Z')], [ours('2026-01-01T10:00:00Z')]],
  ['ours has gone', true, [ours('2026-01-01T09:00:00Z')], [kubectl]],
  ['nobody noted when', true, [ours()], [ours()]],
])('tells whether we have applied an object since: %s', (_, applied, before, now) => {
  expect(hasAppliedSince(withManagers(...now), before as unknown as Json, moment)).toBe(applied)
})
