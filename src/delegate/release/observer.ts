import type { KubernetesObject } from '#base/index.ts'
import type { Collection, Mirror, Objects, Surroundings } from '#delegate/kubernetes/index.ts'
import { canaryName, objectKey, recordName, type Observed, type Release, type Run, type Snapshot } from '#model/release/index.ts'
import { keeping, readKept, type Kept } from './kept.ts'
import { observing, openTogether, type Observer } from './observing.ts'
import { newOverlay } from './overlay.ts'
import { sidesSelector } from './selectors.ts'

interface Mirrors {
  readonly routes: readonly Mirror[]
  readonly rule: Mirror
  readonly canaryService: Mirror | undefined
  readonly stable: Mirror
  readonly canary: Mirror
  readonly replicaSets: Mirror
  readonly pods: Mirror
}

export async function openObserver(
  objects: Objects,
  { release, snapshot }: Pick<Run, 'release' | 'snapshot'>,
  surroundings: Surroundings,
  onFailure: (error: unknown) => void,
  signal: AbortSignal,
): Promise<Observer> {
  return openTogether(objects, surroundings, onFailure, async open => {
    const [kept, mirrors] = await Promise.all([readKept(objects, release, snapshot, signal), openMirrors(release, snapshot, open)])
    return observer(objects, mirrors, kept, { release, snapshot })
  })
}

async function openMirrors(
  { namespace }: Release,
  { names }: Snapshot,
  open: (collection: Collection) => Promise<Mirror>,
): Promise<Mirrors> {
  const named = (apiVersion: string, kind: string, name: string): Collection => ({
    apiVersion,
    kind,
    namespace,
    fields: `metadata.name=${name}`,
  })
  const istio = 'networking.istio.io/v1'
  const labels = sidesSelector(names)
  const [routes, rule, canaryService, stable, canary, replicaSets, pods] = await Promise.all([
    Promise.all(names.routes.map(({ apiVersion, kind, name }) => open(named(apiVersion, kind, name)))),
    open(named(names.rule?.apiVersion ?? istio, 'DestinationRule', names.rule?.name ?? '')),
    names.services && open(named('v1', 'Service', names.services.canary)),
    open(named('apps/v1', 'Deployment', names.workload)),
    open(named('apps/v1', 'Deployment', canaryName(names.workload))),
    open({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, labels }),
    open({ apiVersion: 'v1', kind: 'Pod', namespace, labels }),
  ])
  return { routes, rule, canaryService, stable, canary, replicaSets, pods }
}

function observer(objects: Objects, mirrors: Mirrors, first: Kept, { release, snapshot }: Pick<Run, 'release' | 'snapshot'>): Observer {
  const overlay = newOverlay()
  const ours = keeping(first, recordName(release.name))
  const one = (mirror: Mirror, kind: string, name: string | undefined): KubernetesObject | undefined =>
    overlay.over(mirror, objectKey({ kind, metadata: { name: name ?? '', namespace: release.namespace } }))
  const all = (Object.values(mirrors) as readonly (Mirror | undefined | readonly Mirror[])[]).flat().flatMap(mirror => mirror ?? [])
  const { names } = snapshot
  const current = (): Observed => {
    const { leases, others, autoscaler, record } = ours.kept()
    return present({
      autoscaler,
      record,
      routes: names.routes.flatMap(({ kind, name }, index) => one(mirrors.routes[index] as Mirror, kind, name) ?? []),
      rule: one(mirrors.rule, 'DestinationRule', names.rule?.name),
      canaryService: mirrors.canaryService && one(mirrors.canaryService, 'Service', names.services?.canary),
      stable: one(mirrors.stable, 'Deployment', names.workload),
      canary: one(mirrors.canary, 'Deployment', canaryName(names.workload)),
      replicaSets: mirrors.replicaSets.objects(),
      pods: mirrors.pods.objects(),
      leases: [...leases.values()],
      others: Object.fromEntries(others),
    })
  }
  return observing(objects, all, { overlay, keep: ours.keep, current })
}

type Maybe<T> = { readonly [K in keyof T]: T[K] | undefined }

/** Leaves out what is absent. */
function present(all: Maybe<Observed>): Observed {
  const made: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(all)) if (value !== undefined) made[key] = value
  return made as unknown as Observed
}
