import type { Clock, KubernetesObject } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import {
  equal,
  heldByOther,
  isRestored,
  leaseObject,
  leaseNames,
  MANAGER,
  readRecord,
  recordedSteps,
  recordName,
  recordObject,
  releaseFailures,
  RESTORED,
  RUN_MANAGER,
  type ObjectBefore,
  type Release,
  type Run,
} from '#model/release/index.ts'

type Told = Pick<Run, 'release' | 'snapshot'>

interface Changed {
  readonly step: string
  readonly before: readonly ObjectBefore[]
}

/**
 * Tells the record of the release what a step is about to change, so that `sluice restore` can give it back without a journal. The release is
 * claimed first: whoever holds its Lease owns its record.
 */
export async function recordStep(
  told: Told,
  { step, before }: Changed,
  objects: Objects,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  await claim(told, objects, clock, signal)
  const { execution } = told.release
  for (;;) {
    signal.throwIfAborted()
    const live = await recordOf(told.release, objects, signal)
    if (isRestored(live, execution)) throw releaseFailures.RESTORED({ release: told.release.name, keepEdit: true })
    const others = recordedSteps(live, execution).filter(each => each.step !== step)
    if (await write(recordObject(told, [...others, { step, before: [...before] }]), live, objects, signal)) return
  }
}

/** What a step changed has been given back: the record has nothing of it any more. */
export async function forgetStep(release: Release, step: string, objects: Objects, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const live = await recordOf(release, objects, signal)
    const read = live && readRecord(live)
    const steps = recordedSteps(live, release.execution)
    if (!read || !steps.some(each => each.step === step)) return
    const left = steps.filter(each => each.step !== step)
    if (await write(recordObject({ release: read.release, snapshot: read.snapshot }, left), live, objects, signal)) return
  }
}

function recordOf({ name, namespace }: Release, objects: Objects, signal: AbortSignal): Promise<KubernetesObject | undefined> {
  return objects.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: recordName(name) }, signal)
}

/** Whether it says all that already: then a killed step that begins again writes nothing. What a restore has noted of a run before stays in it. */
function isSaid(record: KubernetesObject, live: KubernetesObject | undefined): boolean {
  const { [RESTORED]: _, ...said } = (live?.['data'] ?? {}) as Readonly<Record<string, string>>
  return equal(said, record['data']) && equal({ ...live?.metadata.labels, ...record.metadata.labels }, live?.metadata.labels)
}

/** False where somebody has written it meanwhile. */
async function write(
  record: KubernetesObject,
  live: KubernetesObject | undefined,
  objects: Objects,
  signal: AbortSignal,
): Promise<boolean> {
  if (isSaid(record, live)) return true
  const { uid, resourceVersion } = live?.metadata ?? {}
  const bound = { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) }
  const body = { ...record, metadata: { ...record.metadata, ...bound } }
  return (await objects.apply(body, { fieldManager: MANAGER, force: true }, signal)).is === 'written'
}

/** The Lease of the release, taken where nobody has it; another execution's is never taken. */
async function claim({ release, snapshot }: Told, objects: Objects, clock: Clock, signal: AbortSignal): Promise<void> {
  for (const name of leaseNames(release, [])) {
    const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: release.namespace, name }
    const live = await objects.get(ref, signal)
    const by = live && heldByOther([live], release.execution)
    if (by !== undefined) throw releaseFailures.HELD({ by })
    if (live) continue
    const lease = leaseObject(name, { release }, new Date(clock.now()).toISOString())
    const made = await objects.create(lease, { fieldManager: RUN_MANAGER }, signal)
    // Somebody was faster: look again, at whose it is.
    if (made.is === 'stale') return claim({ release, snapshot }, objects, clock, signal)
  }
}
