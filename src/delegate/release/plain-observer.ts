import type { KubernetesObject } from '#base/index.ts'
import type { Collection, Mirror, Objects, Surroundings } from '#delegate/kubernetes/index.ts'
import { movesByItself, objectKey, recordName, type Observed, type Run, type Snapshot } from '#model/release/index.ts'
import { keeping, readKept, type Kept } from './kept.ts'
import { observing, openTogether, type Observer } from './observing.ts'
import { newOverlay } from './overlay.ts'
import { labelSelector } from './selectors.ts'

type Entry = Snapshot['manifests'][number]

interface Mirrors {
  /** One for each object that moves by itself. */
  readonly objects: readonly Mirror[]
  readonly replicaSets: readonly Mirror[]
  readonly pods: readonly Mirror[]
}

/** The objects of a plain release as they are now: one watch for each that moves by itself, and for the pods of each workload. */
export async function openPlainObserver(
  objects: Objects,
  { release, snapshot }: Pick<Run, 'release' | 'snapshot'>,
  surroundings: Surroundings,
  onFailure: (error: unknown) => void,
  signal: AbortSignal,
): Promise<Observer> {
  return openTogether(objects, surroundings, onFailure, async open => {
    const [kept, mirrors] = await Promise.all([readKept(objects, release, snapshot, signal), openMirrors(snapshot, open)])
    return observer(objects, mirrors, kept, recordName(release.name))
  })
}

async function openMirrors({ manifests }: Snapshot, open: (collection: Collection) => Promise<Mirror>): Promise<Mirrors> {
  const within = ({ namespace }: Entry): { namespace?: string } => (namespace === undefined ? {} : { namespace })
  const own = (apiVersion: string, kind: string): Promise<Mirror[]> => {
    const workloads = manifests.filter(({ workload }) => workload && Object.keys(workload.selector).length > 0)
    return Promise.all(
      workloads.map(entry => open({ apiVersion, kind, ...within(entry), labels: labelSelector(entry.workload?.selector ?? {}) })),
    )
  }
  const [moving, replicaSets, pods] = await Promise.all([
    Promise.all(
      manifests
        .filter(movesByItself)
        .map(entry => open({ apiVersion: entry.apiVersion, kind: entry.kind, ...within(entry), fields: `metadata.name=${entry.name}` })),
    ),
    own('apps/v1', 'ReplicaSet'),
    own('v1', 'Pod'),
  ])
  return { objects: moving, replicaSets, pods }
}

function observer(objects: Objects, mirrors: Mirrors, first: Kept, record: string): Observer {
  const overlay = newOverlay()
  const ours = keeping(first, record)
  const current = (): Observed => {
    const kept = ours.kept()
    return {
      routes: [],
      ...(kept.record ? { record: kept.record } : {}),
      replicaSets: mirrors.replicaSets.flatMap(mirror => mirror.objects()),
      pods: mirrors.pods.flatMap(mirror => mirror.objects()),
      leases: [...kept.leases.values()],
      others: Object.fromEntries(
        [...kept.others, ...mirrors.objects.flatMap(moving)].filter(([, object]) => object !== undefined),
      ) as Observed['others'],
    }
  }
  return observing(objects, [...mirrors.objects, ...mirrors.replicaSets, ...mirrors.pods], { overlay, keep: ours.keep, current })

  /** What the watch of one object shows, or what we have just made of it. */
  function moving(mirror: Mirror): readonly (readonly [string, KubernetesObject | undefined])[] {
    const { kind, namespace, fields = '' } = mirror.collection
    const name = fields.replace('metadata.name=', '')
    const key = objectKey({ kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } })
    return [[key, overlay.over(mirror, key)]]
  }
}
