import type { KubernetesObject } from '#base/index.ts'
import { objectsOf, refOf, type Objects } from '#delegate/kubernetes/index.ts'
import { allMissing, plainPreflight } from '#delegate/preflight/index.ts'
import { ok, readingRightsOfPlain } from '#model/preflight/index.ts'
import {
  isAutoscaled,
  leaseNames,
  recordName,
  Manifests,
  plainFindingsOf,
  rollsPods,
  takePlainSnapshot,
  withKept,
  type PlainFound,
  type Release,
} from '#model/release/index.ts'
import type { ReleaseContext } from './context.ts'
import { dryRun, sorted, type Tried } from './dry-run.ts'
import { asObjection, whereAllowed, withoutRights, type FullInspection } from './inspection.ts'
import type { ReleaseSurroundings } from './surroundings.ts'
import { withTouches, type StepAims } from './touched.ts'

/** Reads everything that a plain release will write, dry-runs it, and looks around. Writes nothing. */
export async function inspectPlain(
  release: Release,
  aims: readonly StepAims[],
  context: ReleaseContext,
  surroundings: ReleaseSurroundings,
): Promise<FullInspection> {
  const { signal } = context
  const { namespace } = release
  const manifests = Manifests.parse(JSON.parse(await context.content(release.manifests)))
  const objects = objectsOf(await surroundings.cluster(release.cluster), surroundings)
  const rendered = manifests.objects as unknown as readonly KubernetesObject[]
  const [around, steps] = await Promise.all([lookAround(release, objects, signal), withTouches(aims, release, context, objects)]).catch(
    async (error: unknown) => {
      throw await allMissing(error, readingRightsOfPlain(namespace, rendered), namespace, objects, signal)
    },
  )
  const tried = await tryAll(rendered, around.autoscalers, release, objects, signal)
  const { dryRuns, refused } = sorted(tried)
  const found: PlainFound = {
    dryRuns,
    leases: around.leases,
    ...(around.record ? { record: around.record } : {}),
    autoscalers: around.autoscalers,
  }
  const snapshot = takePlainSnapshot(found, release, new Date(surroundings.clock.now()).toISOString())
  const subject = {
    namespace,
    steps,
    record: recordName(release.name),
    services: [...around.services, ...dryRuns.map(({ after }) => after).filter(({ kind }) => kind === 'Service')],
    manifests: tried.map(({ manifest, live }) => ({ object: manifest, ...(live ? { live } : {}) })),
  }
  const seen = await plainPreflight(subject, objects, signal)
  const against = [...plainFindingsOf(found, release), ...withoutRights(refused, seen)].map(asObjection)
  const changes = `${snapshot.manifests.length} of ${tried.length} objects differ from the cluster; no other run holds it`
  return { snapshot, findings: [...(against.length > 0 ? against : [ok('release', changes)]), ...seen], settle: settleOf() }
}

/** No route moves, so nothing has to arrive anywhere: pods count when they are ready. */
function settleOf(): FullInspection['settle'] {
  return { how: 'seconds', why: 'no route is moved: pods count when they are ready' }
}

interface AroundPlain {
  readonly services: readonly KubernetesObject[]
  readonly autoscalers: readonly KubernetesObject[]
  readonly leases: readonly KubernetesObject[]
  readonly record: KubernetesObject | undefined
}

async function lookAround(release: Release, objects: Objects, signal: AbortSignal): Promise<AroundPlain> {
  const { namespace } = release
  const lease = (name: string) => objects.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name }, signal)
  const [services, autoscalers, record, leases] = await Promise.all([
    objects.list({ apiVersion: 'v1', kind: 'Service', namespace }, signal),
    objects.list({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace }, signal),
    whereAllowed(objects.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: recordName(release.name) }, signal)),
    Promise.all(leaseNames(release, []).map(lease)),
  ])
  return { services: services.items, autoscalers: autoscalers.items, record, leases: leases.flatMap(each => each ?? []) }
}

/** Every manifest as it will be applied: with the number of pods and the split that are not its own to say. */
async function tryAll(
  manifests: readonly KubernetesObject[],
  autoscalers: readonly KubernetesObject[],
  release: Release,
  objects: Objects,
  signal: AbortSignal,
): Promise<readonly Tried[]> {
  return Promise.all(
    manifests.map(async manifest => {
      const live = await objects.get(refOf(manifest), signal)
      const workload = rollsPods(manifest) ? { autoscaled: isAutoscaled(manifest, autoscalers) } : undefined
      return dryRun(withKept(manifest, live, release, workload), live, objects, signal)
    }),
  )
}
