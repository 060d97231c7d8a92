import { Failure, type KubernetesObject } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import { outlived } from '#model/manifests/index.ts'
import { MANAGER, versionedBases, type Change, type Goal, type Run } from '#model/release/index.ts'

/** Everything in a namespace that can start pods, or has them. */
const userKinds = [
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'ReplicaSet'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
  ['apps/v1', 'ControllerRevision'],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
  ['v1', 'Pod'],
] as const

/**
 * Versioned ConfigMaps and Secrets of former releases that no revision can start pods with any more. Nothing where the release has none, and
 * nothing where something that might need them cannot be listed.
 */
async function outlivedObjects({ release, manifests }: Run, objects: Objects, signal: AbortSignal): Promise<readonly KubernetesObject[]> {
  const bases = versionedBases(manifests)
  if (bases.length === 0) return []
  const { namespace } = release
  const list = async (apiVersion: string, kind: string): Promise<readonly KubernetesObject[]> =>
    (await objects.list({ apiVersion, kind, namespace }, signal)).items.map(object => ({ ...object, apiVersion, kind }))
  try {
    const kinds = [...new Set(bases.map(({ kind }) => kind))]
    const [live, users] = await Promise.all([
      Promise.all(kinds.map(kind => list('v1', kind))),
      Promise.all(userKinds.map(([apiVersion, kind]) => list(apiVersion, kind))),
    ])
    const kept = manifests.objects as unknown as readonly KubernetesObject[]
    return outlived({ live: live.flat(), bases, users: [...users.flat(), ...kept], manager: MANAGER })
  } catch (error) {
    if (error instanceof Failure && error.blame !== 'bug') return []
    throw error
  }
}

/** What a goal that ends a run well has to prune: looked for once, when it begins. */
export function newPruning(goal: Goal, run: Run, objects: Objects) {
  let left: readonly KubernetesObject[] | undefined = goal.to === 'atRest' ? undefined : []
  return {
    async outlived(signal: AbortSignal): Promise<readonly KubernetesObject[]> {
      return (left ??= await outlivedObjects(run, objects, signal))
    },
    wrote({ change }: Change): void {
      if (change === 'prune') left = left?.slice(1)
    },
  }
}
