import { freeLeases, holderOf, leasesOf, leaseObject, recordName } from '../claims.ts'
import { withEnd } from '../ended.ts'
import { leftBehind } from '../left-behind.ts'
import { markOf, ownMark, withoutMark } from '../marks.ts'
import type { Observed, Run } from '../observed.ts'
import { recordObject } from '../record.ts'
import { markable } from '../view-of.ts'
import { needed } from './needed.ts'
import { apply, create, patch, remove, type Write } from './write.ts'

/** The next Lease that is not ours yet, in the order of their names. One that was left behind goes first; nobody else's has its uid. */
export function claimWrite(observed: Observed, run: Run, now: string): Write {
  const [left] = freeLeases(observed.leases, run.release.execution, observed.record)
  if (left) return remove(left, `left behind by execution ${holderOf(left) ?? 'none'}, which is over: taken away`)
  const missing = leasesOf(run).find(name => !observed.leases.some(lease => lease.metadata.name === name))
  return create(leaseObject(needed(missing, 'a Lease to take'), run, now), 'taken')
}

export function unclaimWrite(observed: Observed, run: Run): Write {
  const own = observed.leases.find(lease => holderOf(lease) === run.release.execution)
  return remove(needed(own, 'a Lease to give back'), 'given back')
}

export function recordWrite(observed: Observed, run: Run): Write {
  return apply(recordObject(run), observed.record, `${recordName(run.release.name)} tells how to restore`)
}

export function sweepWrite(observed: Observed, run: Run): Write {
  const object = needed(leftBehind(observed, run)[0], 'an object left behind')
  return remove(object, `left behind by execution ${markOf(object)?.execution ?? 'none'}, which is over: deleted`)
}

/** A patch, so that the records of later runs keep it. Where there is no record yet, it is written first. */
export function endWrite(observed: Observed, run: Run, now: string): Write {
  const { record } = observed
  return record ? patch(record, withEnd(record, run.release.execution, now), 'tells that the run is over') : recordWrite(observed, run)
}

/** The next object that still has a mark of this execution: workloads first, the routes last. */
export function unmarkWrite(observed: Observed, run: Run): Write {
  const object = needed(
    markable(observed, run).find(each => ownMark(each, run.release.execution) > 0),
    'a marked object',
  )
  return patch(object, withoutMark(object), 'mark of the run removed')
}
