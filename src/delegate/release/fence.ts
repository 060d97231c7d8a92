import type { KubernetesObject } from '#base/index.ts'
import {
  isTakenBack,
  leaseObject,
  leasesOf,
  markable,
  objectKey,
  ownMark,
  recordObject,
  releaseFailures,
  type Run,
} from '#model/release/index.ts'
import type { Observer } from './observing.ts'

/**
 * Notices that somebody has taken the release back while this process slept. Leases and record are read once only, marks are watched: one that
 * stood and is gone without this process is the sign, and only then the others are read anew.
 */
export interface Fence {
  /** What this process has left. */
  wrote(object: KubernetesObject): void
  /** Fails where a run that goes forward has lost the release. No call while the marks stand, else one for the record and one for each Lease. */
  hold(goingBack: boolean, signal: AbortSignal): Promise<void>
}

export function newFence(observer: Observer, { release, snapshot }: Pick<Run, 'release' | 'snapshot'>): Fence {
  const { execution } = release
  const stood = new Set<string>()
  const wrote = (object: KubernetesObject): void => {
    if (ownMark(object, execution) > 0) stood.add(objectKey(object))
    else stood.delete(objectKey(object))
  }
  return {
    wrote,
    async hold(goingBack, signal) {
      const present = markable(observer.current(), { release, snapshot })
      const lost = present.filter(object => stood.has(objectKey(object)) && ownMark(object, execution) === 0)
      if (lost.length > 0) {
        const leases = leasesOf({ release, snapshot }).map(name => leaseObject(name, { release }, ''))
        await Promise.all([recordObject({ release, snapshot }), ...leases].map(each => observer.refresh(each, signal)))
        if (!goingBack && isTakenBack(observer.current().record, execution))
          throw releaseFailures.RESTORED({ release: release.name, keepEdit: true })
      }
      for (const object of present) wrote(object)
    },
  }
}
