import type { Clock, KubernetesObject } from '#base/index.ts'
import { refOf, type Objects } from '#delegate/kubernetes/index.ts'
import {
  ENDED,
  endedIn,
  equal,
  heldByOther,
  holderOf,
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
  const { execution } = told.release
  for (;;) {
    const live = await claimed(told, objects, clock, signal)
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

/** Whether it says all that already: then a killed step that begins again writes nothing. What was noted of runs that are over stays in it. */
function isSaid(record: KubernetesObject, live: KubernetesObject | undefined): boolean {
  const { [RESTORED]: _, [ENDED]: __, ...said } = (live?.['data'] ?? {}) as Readonly<Record<string, string>>
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

/** The record of the release, which this execution holds then: its Lease is taken where nobody has it, another execution's never. */
async function claimed({ release }: Told, objects: Objects, clock: Clock, signal: AbortSignal): Promise<KubernetesObject | undefined> {
  const { namespace } = release
  const [name = ''] = leaseNames(release, [])
  for (;;) {
    signal.throwIfAborted()
    const [lease, record] = await Promise.all([
      objects.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name }, signal),
      recordOf(release, objects, signal),
    ])
    if (standsOf({ release, lease, record }) === 'ours') return record
    // What is left behind goes first, be it our own. Then it is looked at again, at whose it is.
    if (lease) await objects.remove(refOf(lease), { uid: lease.metadata.uid ?? '' }, signal)
    else await objects.create(leaseObject(name, { release }, new Date(clock.now()).toISOString()), { fieldManager: RUN_MANAGER }, signal)
  }
}

interface Claim {
  readonly release: Release
  readonly lease: KubernetesObject | undefined
  readonly record: KubernetesObject | undefined
}

/** Fails where somebody else has the release, or this execution may not have it any more. */
function standsOf({ release: { name, execution }, lease, record }: Claim): 'ours' | 'free' {
  if (isRestored(record, execution)) throw releaseFailures.RESTORED({ release: name, keepEdit: true })
  const isOver = endedIn(record).includes(execution)
  if (isOver && !lease) throw releaseFailures.OVER({ release: name, execution })
  const by = lease && heldByOther([lease], execution, record)
  if (by !== undefined) throw isOver ? releaseFailures.OVER({ release: name, execution }) : releaseFailures.HELD({ by })
  return lease && holderOf(lease) === execution && !isOver ? 'ours' : 'free'
}
