import { objectsOf } from '#delegate/kubernetes/index.ts'
import { restoreRelease, type Recorded, type Restored } from '#delegate/objects/index.ts'
import { openSessions } from '#delegate/release/index.ts'
import { endedIn, isRestored, type ClusterRef } from '#model/release/index.ts'
import { cli } from '../failures.ts'
import { exit, failureLines } from '../exit.ts'
import { commandSurroundings } from '../planning.ts'
import { colours, type Terminal } from '../terminal.ts'
import { recordMeant } from '../which-record.ts'

interface RestoreOptions {
  readonly context?: string
  readonly kubeconfig?: string
  readonly namespace: string
  readonly now?: boolean
}

/** `sluice restore [release]`: the way back from the record in the cluster alone. It asks nobody and needs no host. */
export async function restore([name]: readonly string[], options: RestoreOptions, terminal: Terminal): Promise<number> {
  const { context, kubeconfig, namespace } = options
  const reference: ClusterRef = { ...(context === undefined ? {} : { context }), ...(kubeconfig === undefined ? {} : { kubeconfig }) }
  const surroundings = commandSurroundings()
  const sessions = openSessions(surroundings)
  try {
    const objects = objectsOf(await surroundings.cluster(reference), surroundings)
    const [records, leases] = await Promise.all([
      objects.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labels: 'sluice.dev/record' }),
      // Who names the release need not be allowed to list Leases.
      name === undefined ? objects.list({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace }) : { items: [] },
    ])
    const found = recordMeant(name, namespace, { records: records.items, leases: leases.items })
    const release = { ...found.release, cluster: reference }
    const says = (text: string): void => terminal.err(terminal.json ? JSON.stringify({ says: text }) : colours.dim(text))
    says(intent(found))
    const progress = {
      signal: new AbortController().signal,
      progress: ({ says: text }: { says: string }) => says(text),
      // The way back takes everything from the snapshot.
      content: () => Promise.resolve(JSON.stringify({ objects: [], versioned: [] })),
    }
    const reached = await restoreRelease({ ...found, release }, options.now === true, progress, surroundings, sessions)
    if (!reached) {
      const { execution, version } = release
      throw cli.RUN_OVER({ release: release.name, namespace, execution, version })
    }
    return tellRestored(reached, release.name, terminal)
  } finally {
    sessions.close()
    await surroundings.close()
  }
}

/** What is about to be taken back, and to what: who named no release sees here which one is meant. */
function intent({ release, snapshot, record }: Recorded): string {
  const { namespace, name, execution, service, version } = release
  if (endedIn(record).includes(execution) && !isRestored(record, execution))
    return `Release ${namespace}/${name}: execution ${execution} (to version ${version}) is over: looks whether anything of it is left`
  const before = snapshot.stable?.version
  const from =
    before === undefined
      ? `${service} ${version}, its first deployment: what it created goes`
      : `${service} ${before} → ${version}: users go back to ${before}`
  return `Release ${namespace}/${name}: takes back what is left of execution ${execution}, ${from}`
}

/** What was left is a person's to look at; the exit code says so. */
function tellRestored(restored: Restored, release: string, terminal: Terminal): number {
  const { kept } = restored
  const says = restored.is === 'reached' ? colours.green(`✓ ${release}: ${restored.says}`) : restored.question
  terminal.out(terminal.json ? JSON.stringify(restored) : says)
  if (kept !== undefined && !terminal.json)
    terminal.err(failureLines(cli.EDIT_KEPT({ release, kept }).record(), terminal.columns).join('\n'))
  return kept === undefined && restored.is === 'reached' ? exit.done : exit.person
}
