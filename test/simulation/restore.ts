import { seededRandom } from '#base/index.ts'
import { openSettling } from '#delegate/settle/index.ts'
import { objectsOf, type Cluster } from '#delegate/kubernetes/index.ts'
import { openSessions, reachGoal, type ReleaseSurroundings } from '#delegate/release/index.ts'
import { readRecord } from '#model/release/index.ts'
import { shop } from './application.ts'
import type { World } from './world.ts'

/** A number that no goal of a run reaches by itself, as `sluice restore` takes it. */
const beyond = 1_000_000

/** The way back from the record in the cluster alone, as `sluice restore` goes it. */
export async function restore({ clock, sandbox }: World, seed: number): Promise<string> {
  const cluster = sandbox.cluster as unknown as Cluster
  const around = { clock, random: seededRandom(seed) }
  const settling = openSettling(around)
  const surroundings: ReleaseSurroundings = {
    ...around,
    cluster: () => Promise.resolve(cluster),
    settle: (to, release, signal) => settling.settle(to, release.settle, signal),
  }
  const sessions = openSessions(surroundings)
  try {
    const objects = objectsOf(cluster, surroundings)
    const { items } = await objects.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: shop, labels: 'sluice.dev/record' })
    const record = items[0] && readRecord(items[0])
    const leases = sandbox.apiServer.objects.list('leases.coordination.k8s.io', shop)
    if (!record || leases.length === 0) return 'nothing to restore'
    const context = {
      signal: new AbortController().signal,
      progress: () => undefined,
      content: () => Promise.resolve(JSON.stringify({ objects: [], versioned: [] })),
    }
    const goal = { to: 'returned', now: false } as const
    const reached = await reachGoal(
      { release: record.release, snapshot: record.snapshot, goal, number: beyond },
      context,
      surroundings,
      sessions,
    )
    return reached.is
  } finally {
    sessions.close()
    settling.close()
  }
}
