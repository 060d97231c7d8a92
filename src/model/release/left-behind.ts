// What a create that landed after the end of its run leaves in the cluster. It cannot be fenced, so it gives nobody anything: a workload without
// pods, a Service for them, a route beside the user's own that leads nobody there.
import type { KubernetesObject } from '#base/index.ts'
import { endedIn } from './ended.ts'
import { madeHolder } from './holders.ts'
import { markOf } from './marks.ts'
import type { Run, Written } from './observed.ts'
import { replicasOf } from './workload.ts'

/** Made by an execution that is over, which nobody will write any more; a workload only while it has no pods. */
export function isLeftBehind(object: KubernetesObject | undefined, record: KubernetesObject | undefined): boolean {
  const mark = markOf(object)
  if (!object || !mark || !endedIn(record).includes(mark.execution)) return false
  return object.kind !== 'Deployment' || replicasOf(object) === 0
}

/** Those among the objects that a run makes for itself. */
export function leftBehind(
  { canary, canaryService, routes, record }: Written,
  run: Pick<Run, 'release' | 'snapshot'>,
): readonly KubernetesObject[] {
  const { execution } = run.release
  const made = [canary, run.snapshot.names.services?.kept ? undefined : canaryService, ...routes.filter(route => madeHolder(route, run))]
  return made.flatMap(object => (object && isLeftBehind(object, record) && markOf(object)?.execution !== execution ? [object] : []))
}
