import { objectsOf, type Objects } from '#delegate/kubernetes/index.ts'
import { openSessions, reachGoal } from '#delegate/release/index.ts'
import type { KubernetesObject } from '#base/index.ts'
import { leasesOf, markOf, readRecord, recordName, type ClusterRef, type Run } from '#model/release/index.ts'
import { cli } from '../failures.ts'
import { exit } from '../exit.ts'
import { commandSurroundings } from '../planning.ts'
import { colours, type Terminal } from '../terminal.ts'

interface RestoreOptions {
  readonly context?: string
  readonly kubeconfig?: string
  readonly namespace: string
  readonly now?: boolean
}

/** A number that no goal of a run reaches by itself: whatever is still writing for the old execution is fenced off. */
const BEYOND = 1_000_000

/** `sluice restore [release]`: the way back from the record in the cluster alone. It asks nobody and needs no host. */
export async function restore([name]: readonly string[], options: RestoreOptions, terminal: Terminal): Promise<number> {
  const { context, kubeconfig, namespace } = options
  const reference: ClusterRef = { ...(context === undefined ? {} : { context }), ...(kubeconfig === undefined ? {} : { kubeconfig }) }
  const surroundings = commandSurroundings()
  const sessions = openSessions(surroundings)
  try {
    const objects = objectsOf(await surroundings.cluster(reference), surroundings)
    const records = (await objects.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labels: 'sluice.dev/record' })).items
    const found = recordOf(name, namespace, records)
    const routes = await Promise.all(found.snapshot.names.routes.map(route => objects.get({ ...route, namespace })))
    await refuseWhereOver(found, routes, objects)
    const number = Math.max(BEYOND, ...routes.map(route => (markOf(route)?.number ?? 0) + 1))
    const release = { ...found.release, cluster: reference }
    const says = (text: string): void => terminal.err(terminal.json ? JSON.stringify({ says: text }) : colours.dim(text))
    const progress = {
      signal: new AbortController().signal,
      progress: ({ says: text }: { says: string }) => says(text),
      content: () => Promise.resolve(found.manifests),
    }
    const goal = { to: 'returned', now: options.now === true } as const
    const reached = await reachGoal({ release, snapshot: found.snapshot, goal, number }, progress, surroundings, sessions)
    terminal.out(
      terminal.json
        ? JSON.stringify(reached)
        : reached.is === 'reached'
          ? colours.green(`✓ ${release.name}: ${reached.says}`)
          : reached.question,
    )
    return reached.is === 'reached' ? exit.done : exit.person
  } finally {
    sessions.close()
    await surroundings.close()
  }
}

/** A run that is over has left neither Lease nor mark: its record alone must not take a healthy release back. */
async function refuseWhereOver(
  { release, snapshot }: Pick<Run, 'release' | 'snapshot'>,
  routes: readonly (KubernetesObject | undefined)[],
  objects: Objects,
): Promise<void> {
  const { namespace, name, execution, version } = release
  const get = (lease: string) => objects.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: lease })
  const leases = await Promise.all(leasesOf({ release, snapshot }).map(get))
  if ([...leases.map(lease => lease !== undefined), ...routes.map(route => markOf(route) !== undefined)].includes(true)) return
  throw cli.RUN_OVER({ release: name, namespace, execution, version })
}

function recordOf(name: string | undefined, namespace: string, records: readonly KubernetesObject[]) {
  const names = records.map(record => record.metadata.name.replace(recordName(''), ''))
  const record =
    name === undefined && records.length === 1 ? records[0] : records.find(each => each.metadata.name === recordName(name ?? ''))
  const read = record && readRecord(record)
  if (!read) throw cli.NO_RECORD({ release: name ?? '?', namespace, records: names.join(', ') })
  return { ...read, manifests: JSON.stringify({ objects: [], versioned: [] }) }
}
