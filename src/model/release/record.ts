import type { KubernetesObject } from '#base/index.ts'
import { z } from 'zod'
import { recordName } from './claims.ts'
import { StepBefore } from './object-before.ts'
import type { Run } from './observed.ts'
import { Release } from './release.ts'
import { restoreRouting } from './restore-routing.ts'
import { Snapshot } from './snapshot.ts'

/**
 * The record of a release in the cluster: from it alone anybody can restore, with `sluice restore` or, routing only, with kubectl. `beside`:
 * what steps have changed beside the traffic, in their order.
 */
export function recordObject(
  { release, snapshot }: Pick<Run, 'release' | 'snapshot'>,
  beside: readonly StepBefore[] = [],
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: recordName(release.name), namespace: release.namespace, labels: { 'sluice.dev/record': release.name } },
    data: {
      execution: release.execution,
      versions: `${snapshot.stable?.version ?? 'none'} → ${release.version}`,
      release: JSON.stringify(release),
      snapshot: JSON.stringify(snapshot),
      'restore-routing.sh': restoreRouting({ release, snapshot }),
      ...(beside.length > 0 ? { beside: JSON.stringify(beside) } : {}),
    },
  }
}

/** What steps of an execution have changed beside the traffic, as its record says; empty once that is given back, or meant to stay. */
export function recordedSteps(record: KubernetesObject | undefined, execution: string): readonly StepBefore[] {
  const data = (record?.['data'] ?? {}) as Readonly<Record<string, string | undefined>>
  return data['execution'] === execution && data['beside'] !== undefined ? stepsIn(data['beside']) : []
}

function stepsIn(text: string): readonly StepBefore[] {
  const read = z.array(StepBefore).safeParse(json(text))
  return read.success ? read.data : []
}

/** Key of the record's data: which execution somebody took back without its host, and when. It outlives that run's record. */
export const RESTORED = 'restored'

/** `k3f9 2026-11-26T12:00:00.000Z` */
export function restoredText(execution: string, at: string): string {
  return `${execution} ${at}`
}

/** Whether somebody took this execution back from its record: it must not go forward again when its host comes back. */
export function isRestored(record: KubernetesObject | undefined, execution: string): boolean {
  const data = (record?.['data'] ?? {}) as Readonly<Record<string, string | undefined>>
  return data['execution'] === execution && data[RESTORED]?.split(' ')[0] === execution
}

/** Whether a release that this execution has recorded is its own no more: taken back, and perhaps released anew by another since. */
export function isTakenBack(record: KubernetesObject | undefined, execution: string): boolean {
  const data = (record?.['data'] ?? {}) as Readonly<Record<string, string | undefined>>
  return record !== undefined && (data['execution'] !== execution || isRestored(record, execution))
}

/** What a record says; undefined where it is not one that this version can read. */
export function readRecord(record: KubernetesObject): { readonly release: Release; readonly snapshot: Snapshot } | undefined {
  const data = (record['data'] ?? {}) as Readonly<Record<string, string | undefined>>
  const release = Release.safeParse(json(data['release']))
  const snapshot = Snapshot.safeParse(json(data['snapshot']))
  return release.success && snapshot.success ? { release: release.data, snapshot: snapshot.data } : undefined
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return undefined
  }
}
