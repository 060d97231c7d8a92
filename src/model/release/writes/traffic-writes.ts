import type { KubernetesObject } from '#base/index.ts'
import {
  istio,
  restoreSubsets,
  routeFailure,
  writeSubsets,
  removeSubsets,
  type OwnSubset,
  type Row,
  type RouteSnapshot,
  type SubsetSnapshot,
} from '#model/traffic/index.ts'
import { objectKey, oursOf, rowsText, type Observed, type Run } from '../observed.ts'
import { HASH, TRACK } from '../workload.ts'
import { needed } from './needed.ts'
import { apply, marked, withRunMark, type Write } from './write.ts'

function ownSubsets(hash: string, { release }: Run): readonly OwnSubset[] {
  return [
    { name: release.subsets.canary, labels: { [TRACK]: 'canary' } },
    { name: release.subsets.stable, labels: { [HASH]: hash } },
  ]
}

function manifest(kind: string, name: string | undefined, run: Run): KubernetesObject | undefined {
  const key = objectKey({ kind, metadata: { name: name ?? '', namespace: run.release.namespace } })
  return run.manifests.objects.find(object => objectKey(object) === key) as KubernetesObject | undefined
}

/** Both subsets; the rule of the manifests with them, where there is none yet. */
export function subsetsWrite(hash: string, { rule }: Observed, run: Run): Write {
  const says = `subsets canary, and stable for pods of ${hash}`
  if (rule) return marked(rule, writeSubsets(rule, ownSubsets(hash, run)), run, says)
  const object = needed(manifest('DestinationRule', run.snapshot.names.rule?.name, run), 'the managed DestinationRule')
  return apply(withRunMark(writeSubsets(object, ownSubsets(hash, run)), run), undefined, says)
}

export function removeSubsetsWrite({ rule }: Observed, run: Run): Write {
  const live = needed(rule, 'the managed DestinationRule')
  const before = run.snapshot.rule?.subsets as SubsetSnapshot | undefined
  const after = before ? restoreSubsets(live, before) : removeSubsets(live, [run.release.subsets.canary, run.release.subsets.stable])
  return marked(live, after, run, 'subsets of the run removed')
}

/** The rows onto the route as it is now; the route of the manifests with them, where there is none yet. */
export function splitWrite(rows: readonly Row[], { route }: Observed, run: Run): Write {
  const object = route ?? needed(manifest('VirtualService', run.snapshot.names.route?.name, run), 'the managed VirtualService')
  const split = istio.writeSplit(object, oursOf(run), rows)
  if (split.is === 'refused') throw routeFailure(object, split.problem)
  return route ? marked(route, split.value, run, rowsText(rows)) : apply(withRunMark(split.value, run), undefined, rowsText(rows))
}

/** The destinations as the manifests say, or, going back, as the snapshot says; all else as it is now. */
export function unsplitWrite({ route }: Observed, run: Run, goingBack: boolean): Write {
  const live = needed(route, 'the managed VirtualService')
  const wanted = manifest('VirtualService', run.snapshot.names.route?.name, run)
  const snapshot = goingBack || !wanted ? (run.snapshot.route as RouteSnapshot | undefined) : undefined
  const source = snapshot ?? snapshotOf(needed(wanted, 'the managed VirtualService among the manifests'), run)
  const restored = istio.restore(live, source)
  if (restored.is === 'refused') throw routeFailure(live, restored.problem)
  return marked(live, restored.value, run, 'destinations as they are at rest')
}

function snapshotOf(object: KubernetesObject, run: Run): RouteSnapshot {
  const taken = istio.snapshot(object, oursOf(run))
  if (taken.is === 'refused') throw routeFailure(object, taken.problem)
  return taken.value
}

export function markWrite({ route }: Observed, run: Run): Write {
  const live = needed(route, 'the managed VirtualService')
  return marked(live, live, run, `mark of goal ${run.number}`)
}
