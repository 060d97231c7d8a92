import type { KubernetesObject } from '#base/index.ts'
import { pointer } from '#base/index.ts'
import { recordName } from './claims.ts'
import type { Run } from './observed.ts'
import { Release } from './release.ts'
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
      'restore-routing.sh': restoreRouting(snapshot, release.namespace),
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

/** Plain kubectl that puts the managed entries of each route back as they were. Run it when canary pods have no traffic to lose, or at once when they fail. */
function restoreRouting({ routes }: Snapshot, namespace: string): string {
  if (routes.length === 0) return '# The release brought its route: nothing to restore.\n'
  return routes.map(route => restoreRoute(route, namespace)).join('')
}

function restoreRoute({ apiVersion, kind, name, entries }: Snapshot['routes'][number], namespace: string): string {
  const patch = entries.map(({ index, destinations }) => ({
    op: 'replace',
    path: pointer('spec', 'http', index, 'route'),
    value: destinations,
  }))
  const quoted = JSON.stringify(patch).replaceAll("'", String.raw`'\''`)
  const resource = `${kind.toLowerCase()}s.${apiVersion.split('/')[0] ?? ''}`
  return `kubectl -n ${namespace} patch ${resource} ${name} --type=json -p '${quoted}'\n`
}
