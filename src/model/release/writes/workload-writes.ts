import type { Json, KubernetesObject } from '#base/index.ts'
import { canaryCopy } from '#model/manifests/index.ts'
import { floorField, floorOf, withFloor } from '../floor.ts'
import { withValueAt } from '../leaves.ts'
import { ownMark } from '../marks.ts'
import { manifestOf, type Observed, type Run } from '../observed.ts'
import { MANAGER, mergeOwners } from '../ownership.ts'
import { withLiveReplicas } from '../plain/kept.ts'
import { isSurging, strategiesAtRest, strategyOf, surgeOnly } from '../surge.ts'
import { needed } from './needed.ts'
import { apply, create, marked, patch, remove, withRunMark, type Write } from './write.ts'

export function pauseWrite(paused: boolean, { stable }: Observed, run: Run): Write {
  const live = needed(stable, 'the stable workload')
  const says = paused ? "paused: nobody's edit rolls while the run holds it" : 'unpaused'
  return marked(live, withValueAt(live, ['spec', 'paused'], paused ? true : undefined), run, says)
}

export function floorWrite(way: 'raise' | 'restore', { autoscaler }: Observed, run: Run): Write {
  const live = needed(autoscaler, 'the autoscaler')
  const before = needed(run.snapshot.autoscaler, 'the autoscaler of the snapshot')
  const wasFloor = before.unset ? undefined : before.minReplicas
  const floor = way === 'raise' ? Math.max(floorOf(live), run.snapshot.stable?.replicas ?? 1) : wasFloor
  return patch(live, withFloor(live, floor), `${floorField(live)} ${floor ?? 'as it was: unset'}`)
}

/**
 * Created with no pods: a create cannot be fenced, the patch that scales it can. Nor is it an apply: one that lands late would take the pods of
 * a workload that is there by then.
 */
export function createCanaryWrite(version: 'before' | 'next', { stable }: Observed, run: Run): Write {
  const template = version === 'next' ? run.snapshot.next.template : run.snapshot.stable?.template
  const { services } = run.snapshot.names
  const apart = services ? { [services.label.key]: services.label.canary } : {}
  const object = canaryCopy(needed(stable, 'the stable workload'), template, apart)
  return create(withRunMark(object, run), 'created with 0 pods')
}

export function scaleCanaryWrite(replicas: number, { canary }: Observed, run: Run): Write {
  const live = needed(canary, 'the second workload')
  return marked(live, withValueAt(live, ['spec', 'replicas'], replicas), run, `${replicas} pods`)
}

export function surgeWrite(on: boolean, goingBack: boolean, { stable }: Observed, run: Run): Write {
  const live = needed(stable, 'the stable workload')
  const { snapshot } = run
  const atRest = (goingBack ? snapshot.stable?.strategy : snapshot.next.strategy) as Json | undefined
  const strategy = on ? surgeOnly(strategyOf(live)) : atRest
  const says = on ? 'takes no pod away before another is ready' : 'replaces its pods as it does at rest'
  return marked(live, withValueAt(live, ['spec', 'strategy'], strategy), run, says)
}

export function deleteCanaryWrite({ canary }: Observed): Write {
  return remove(needed(canary, 'the second workload'), 'deleted')
}

/**
 * The new version comes by server-side apply of the whole manifest, after the mark and (where one-shot tools own fields) their ownership
 * have been brought over by a patch of their own. The old version comes back as the template that the snapshot holds.
 */
export function templateWrite(version: 'before' | 'next', { stable, autoscaler }: Observed, run: Run): Write {
  const live = needed(stable, 'the stable workload')
  if (version === 'before') {
    const template = needed(run.snapshot.stable, 'the stable workload of the snapshot').template
    return marked(live, withValueAt(live, ['spec', 'template'], template), run, 'template of the former version')
  }
  const adopted = adoption(live, run)
  if (adopted) return adopted
  const manifest = needed(manifestOf(live, run), 'the workload among the manifests')
  const object = isSurging(live, strategiesAtRest(run)) ? withValueAt(manifest, ['spec', 'strategy'], strategyOf(live)) : manifest
  return apply(withLiveReplicas(object, live, autoscaler !== undefined), live, `template of version ${run.snapshot.next.version}`)
}

/** The mark of this goal, and the fields of one-shot owners as ours, so that what they own and the manifest drops goes. */
function adoption(live: KubernetesObject, run: Run): Write | undefined {
  const merged = mergeOwners(live, MANAGER)
  const fresh = ownMark(live, run.release.execution) === run.number
  if (fresh && merged === undefined) return undefined
  const write = marked(live, live, run, merged === undefined ? 'mark of the goal' : 'adopted: fields of one-shot tools become ours')
  if (write.is !== 'patch' || merged === undefined) return write
  return { ...write, patch: [...write.patch, { op: 'replace', path: '/metadata/managedFields', value: merged }] }
}
