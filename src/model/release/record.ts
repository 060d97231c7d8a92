import type { KubernetesObject } from '#base/index.ts'
import { recordName } from './claims.ts'
import type { Run } from './observed.ts'
import { Release } from './release.ts'
import { restoreRouting } from './restore-routing.ts'
import { Snapshot } from './snapshot.ts'

/** The record of a release in the cluster: from it alone anybody can restore, with `sluice restore` or, routing only, with kubectl. */
export function recordObject({ release, snapshot }: Pick<Run, 'release' | 'snapshot'>): KubernetesObject {
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
    },
  }
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
