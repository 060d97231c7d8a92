import type { Clock, KubernetesObject } from '#base/index.ts'
import {
  isTakenBack,
  leaseObject,
  leasesOf,
  markable,
  objectKey,
  ownMark,
  recordName,
  releaseFailures,
  type Observed,
  type Run,
} from '#model/release/index.ts'
import type { Observer } from './observing.ts'

/** Milliseconds for which a record that was read is believed: writes follow each other faster, and whoever stood still has been away for longer. */
const FRESH = 1000

/**
 * Notices that the release has been let go, or taken back, while this process slept or was overtaken. Leases and record are read once only,
 * marks are watched: one that stood and is gone without this process is the sign, and only then the others are read anew. Where no mark stands
 * (before the first one, and where nothing is marked) the record is read anew before a write.
 */
export interface Fence {
  /** What this process has left. */
  wrote(object: KubernetesObject): void
  /** Fails where a run that goes forward has lost the release. No call while the marks stand, else one for the record and one for each Lease. */
  hold(goingBack: boolean, signal: AbortSignal): Promise<void>
  /** Before a write: false where it must be decided anew, as the record is not what it was; the Leases are read anew then too. */
  confirm(signal: AbortSignal): Promise<boolean>
  /** The same whatever marks stand: they may be what this process saw before it stood still. */
  isCurrent(signal: AbortSignal): Promise<boolean>
}

export function newFence(observer: Observer, { release, snapshot }: Pick<Run, 'release' | 'snapshot'>, clock: Clock): Fence {
  const { execution, namespace } = release
  const record = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: recordName(release.name), namespace } }
  const stood = new Set<string>()
  let readAt = clock.now()
  const readRecord = async (signal: AbortSignal): Promise<void> => {
    await observer.refresh(record, signal)
    readAt = clock.now()
  }
  /** What was looked at last: as long as the observer shows the very same, nothing is lost. */
  let held: Observed | undefined
  const note = (object: KubernetesObject): void => {
    if (objectKey(object) === objectKey(record)) readAt = clock.now()
    if (ownMark(object, execution) > 0) stood.add(objectKey(object))
    else stood.delete(objectKey(object))
  }
  const readLeases = async (signal: AbortSignal): Promise<void> => {
    await Promise.all(leasesOf({ release, snapshot }).map(name => observer.refresh(leaseObject(name, { release }, ''), signal)))
  }
  const markedIn = (observed: Observed): readonly KubernetesObject[] => markable(observed, { release, snapshot })
  const isCurrent = async (signal: AbortSignal): Promise<boolean> => {
    if (clock.now() - readAt < FRESH) return true
    const before = observer.current().record?.metadata.resourceVersion
    await readRecord(signal)
    if (observer.current().record?.metadata.resourceVersion === before) return true
    await readLeases(signal)
    return false
  }
  return {
    wrote(object) {
      held = undefined
      note(object)
    },
    async hold(goingBack, signal) {
      const observed = observer.current()
      if (observed === held) return
      const present = markedIn(observed)
      const lost = present.filter(object => stood.has(objectKey(object)) && ownMark(object, execution) === 0)
      if (lost.length > 0) {
        await Promise.all([readRecord(signal), readLeases(signal)])
        if (!goingBack && isTakenBack(observer.current().record, execution))
          throw releaseFailures.RESTORED({ release: release.name, keepEdit: true })
      }
      for (const object of present) note(object)
      held = observed
    },
    confirm: async signal => markedIn(observer.current()).some(object => ownMark(object, execution) > 0) || isCurrent(signal),
    isCurrent,
  }
}
