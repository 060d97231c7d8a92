import { objectName, type KubernetesObject } from '#base/index.ts'
import { awaitedState, openMirror, type Collection, type Mirror, type Objects, type Related } from '#delegate/kubernetes/index.ts'
import { teller, type ReleaseContext, type ReleaseSurroundings } from '#delegate/release/index.ts'
import { objectKey } from '#model/release/index.ts'
import { failures } from './failures.ts'

/** What a wait for an object needs. */
export interface Waiting {
  readonly objects: Objects
  readonly context: ReleaseContext
  readonly surroundings: ReleaseSurroundings
}

/** Gives an answer, or throws, when the wait is over. */
type Look = (seen: KubernetesObject | undefined, related: Related) => string | undefined

/** Milliseconds: what only time tells (a pod that no node takes) is looked at again after this; nothing is asked for it. */
const again = 1000

/**
 * Waits until an object is what it was asked to be, by what it and (of a workload) its pods tell. Says what is awaited, and until when where the
 * object has a deadline of its own. A Failure where it will not become so.
 */
export function untilSteady(object: KubernetesObject, waiting: Waiting): Promise<string> {
  const { context, surroundings } = waiting
  const tell = teller(context, surroundings.clock)
  const look: Look = (seen, related) => {
    if (!seen) throw failures.MADE_AGAIN({ object: objectName(object) })
    const { is, message, ends } = awaitedState(seen, related, surroundings.clock.now())
    if (is === 'failed') throw failures.FAILED({ says: endedText(message, objectName(object)) })
    if (is === 'inProgress') tell({ says: message }, ends === undefined ? undefined : { until: ends, next: 'the step fails' })
    return is === 'current' ? message : undefined
  }
  return watched(object, waiting, look, podCollections(object))
}

/** Looks at one object, and at what belongs to it (pods, then ReplicaSets), after every change, until `look` gives an answer or throws. */
export async function watched(
  object: KubernetesObject,
  { objects, context, surroundings }: Waiting,
  look: Look,
  beside: readonly Collection[] = [],
): Promise<string> {
  const mirrors: Mirror[] = []
  let broken: (error: unknown) => void = () => undefined
  let stop: () => void = () => undefined
  try {
    for (const collection of [ownCollection(object), ...beside])
      mirrors.push(await openMirror(objects, collection, surroundings, error => broken(error), context.signal))
    return await new Promise<string>((resolve, reject) => {
      let cancel: () => void = () => undefined
      const see = (): void => {
        cancel()
        try {
          const answer = look(newest(object, mirrors), relatedIn(mirrors))
          if (answer !== undefined) return resolve(answer)
          if (mirrors.length > 1) cancel = surroundings.clock.after(again, see)
        } catch (error) {
          reject(error as Error)
        }
      }
      broken = reject
      context.signal.addEventListener('abort', () => reject(context.signal.reason as Error), { once: true })
      const stops = mirrors.map(mirror => mirror.onChange(see))
      stop = () => [...stops, cancel].forEach(each => each())
      see()
    })
  } finally {
    stop()
    for (const mirror of mirrors) mirror.close()
  }
}

function ownCollection({ apiVersion, kind, metadata: { namespace = '', name } }: KubernetesObject): Collection {
  return { apiVersion, kind, namespace, fields: `metadata.name=${name}` }
}

/** The pods of a workload, and what stands between it and them; nothing for other kinds. */
function podCollections({ kind, metadata: { namespace = '' }, spec }: KubernetesObject): readonly Collection[] {
  const { selector } = (spec ?? {}) as { readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } }
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  if (!['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(kind) || labels.length === 0) return []
  const selected = { namespace, labels: labels.join(',') }
  const pods = { apiVersion: 'v1', kind: 'Pod', ...selected }
  return kind === 'Deployment' ? [pods, { apiVersion: 'apps/v1', kind: 'ReplicaSet', ...selected }] : [pods]
}

/** What the watch shows; a list was made after our write, so it is never older. */
function newest(object: KubernetesObject, [own]: readonly Mirror[]): KubernetesObject | undefined {
  return own?.objects().find(each => objectKey(each) === objectKey(object))
}

function relatedIn([, pods, replicaSets]: readonly Mirror[]): Related {
  return { ...(pods ? { pods: pods.objects() } : {}), ...(replicaSets ? { replicaSets: replicaSets.objects() } : {}) }
}

/** What a pod suffers is told with the workload that it belongs to. */
function endedText(message: string, object: string): string {
  return message.startsWith(`${object}: `) ? message : `${object}: ${message}`
}
