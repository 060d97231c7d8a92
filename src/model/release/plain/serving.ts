import { objectName, type KubernetesObject } from '#base/index.ts'
import type { Observed, Run, Seen } from '../observed.ts'
import { replicasOf } from '../workload.ts'
import { keyOf, namedOf, templateLeaf, type Entry } from './entries.ts'
import { rollsPods } from './names.ts'

/** A workload that runs the new version with fewer ready pods than it wants. */
export interface Short {
  /** Full name. */
  readonly workload: string
  readonly wanted: number
  readonly ready: number
  /** Why pods are not ready, without the workload's name; left out where nothing is known. */
  readonly why?: string
  /** Waiting will not bring them. */
  readonly hopeless: boolean
}

/** Every workload that the run has rolled or brought and that lacks ready pods. One that is to have none, or is gone, lacks nothing. */
export function shortOfPods({ others }: Observed, states: Seen['states'], { snapshot }: Pick<Run, 'snapshot'>): readonly Short[] {
  return snapshot.manifests.filter(isRolled).flatMap(entry => {
    const live = others[keyOf(entry)]
    const { wanted, ready } = live ? podsOf(live) : { wanted: 0, ready: 0 }
    if (ready >= wanted) return []
    const workload = objectName(namedOf(entry))
    const state = states?.[keyOf(entry)]
    const why = state?.is === 'current' ? undefined : state?.message.replace(`${workload}: `, '')
    return [{ workload, wanted, ready, ...(why === undefined ? {} : { why }), hopeless: state?.is === 'failed' }]
  })
}

/** `Deployment shop/cart: 1 of 4 pods ready (Pod shop/cart-6f: container cart crashes again and again)` */
export function shortText({ workload, wanted, ready, why }: Short): string {
  return `${workload}: ${ready} of ${wanted} pods ready${why === undefined ? '' : ` (${why})`}`
}

const isRolled = (entry: Entry): boolean => rollsPods(entry) && (entry.before === undefined || templateLeaf(entry) !== undefined)

function podsOf(workload: KubernetesObject): { readonly wanted: number; readonly ready: number } {
  const status = (workload.status ?? {}) as {
    readonly readyReplicas?: number
    readonly numberReady?: number
    readonly desiredNumberScheduled?: number
  }
  return workload.kind === 'DaemonSet'
    ? { wanted: status.desiredNumberScheduled ?? 0, ready: status.numberReady ?? 0 }
    : { wanted: replicasOf(workload), ready: status.readyReplicas ?? 0 }
}
