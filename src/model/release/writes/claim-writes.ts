import { holderOf, leasesOf, leaseObject, recordName } from '../claims.ts'
import { ownMark, withoutMark } from '../marks.ts'
import type { Observed, Run } from '../observed.ts'
import { recordObject } from '../record.ts'
import { markable } from '../view-of.ts'
import { needed } from './needed.ts'
import { apply, create, patch, remove, type Write } from './write.ts'

/** The next Lease that is not ours yet, in the order of their names. */
export function claimWrite(observed: Observed, run: Run, now: string): Write {
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

/** The next object that still has a mark of this execution: workloads first, the routes last. */
export function unmarkWrite(observed: Observed, run: Run): Write {
  const object = needed(
    markable(observed, run).find(each => ownMark(each, run.release.execution) > 0),
    'a marked object',
  )
  return patch(object, withoutMark(object), 'mark of the run removed')
}
