import type { Clock, Random } from '#base/index.ts'
import { objectsOf, type Cluster } from '#delegate/kubernetes/index.ts'
import { recordedIn, restoreRelease } from '#delegate/objects/index.ts'
import { openSessions, type ReleaseSurroundings } from '#delegate/release/index.ts'
import { openSettling } from '#delegate/settle/index.ts'
import type { Reached } from '#protocol/index.ts'
import type { Sandbox } from '#sandbox/index.ts'

interface Typed {
  /** What comes between it and the cluster. */
  readonly through?: (cluster: Cluster) => Cluster
  readonly signal?: AbortSignal
}

/** `sluice restore`, typed by somebody while no host lives, for the one release of the namespace. Undefined: there is nothing to take back. */
export async function restored(
  { clock, sandbox }: { readonly clock: Clock; readonly sandbox: Sandbox },
  random: Random,
  { through = each => each, signal = new AbortController().signal }: Typed = {},
): Promise<Reached | undefined> {
  const cluster = through(sandbox.cluster as unknown as Cluster)
  const settling = openSettling({ clock, random })
  const surroundings: ReleaseSurroundings = {
    clock,
    random,
    cluster: () => Promise.resolve(cluster),
    settle: (to, release, routes, signal) => settling.settle(to, release.settle, routes, signal),
  }
  const sessions = openSessions(surroundings)
  try {
    const records = await objectsOf(cluster, surroundings).list({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: 'shop',
      labels: 'sluice.dev/record',
    })
    const recorded = records.items[0] && recordedIn(records.items[0])
    const nothing = () => Promise.resolve(JSON.stringify({ objects: [], versioned: [] }))
    return (
      recorded && (await restoreRelease(recorded, false, { signal, progress: () => undefined, content: nothing }, surroundings, sessions))
    )
  } finally {
    sessions.close()
    settling.close()
  }
}
