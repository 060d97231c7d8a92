import { Failure } from '#base/index.ts'
import type { Collection, Objects } from '#delegate/kubernetes/index.ts'
import type { Sight } from '#model/preflight/index.ts'

const nothing: Sight = { items: [] }

/**
 * Lists what may be listed. A kind that the cluster does not serve has no objects; one that we may not list is unseen. Everything else
 * that goes wrong is thrown.
 */
export async function see(objects: Objects, collection: Collection, signal: AbortSignal): Promise<Sight> {
  try {
    return { items: (await objects.list(collection, signal)).items }
  } catch (error) {
    if (isNotServed(error)) return nothing
    return { items: [], unseen: unseenBecause(error) }
  }
}

/** The whole cluster where that is allowed, else one namespace, with the rest unseen. */
export async function seeEverywhere(objects: Objects, collection: Collection, namespace: string, signal: AbortSignal): Promise<Sight> {
  const all = await see(objects, collection, signal)
  if (all.unseen === undefined) return all
  const here = await see(objects, { ...collection, namespace }, signal)
  return { items: here.items, unseen: all.unseen }
}

/** Which right is missing, in a few words. Throws what is no missing right: it does not mean "unseen". */
export function unseenBecause(error: unknown): string {
  if (!isForbidden(error)) throw error
  const { verb, resource, namespace } = error.facts
  return `no right to ${String(verb)} ${String(resource)} in ${namespace === '' ? 'all namespaces' : `namespace ${String(namespace)}`}`
}

export function isForbidden(error: unknown): error is Failure {
  return error instanceof Failure && error.code === 'SL-KUBERNETES-FORBIDDEN'
}

function isNotServed(error: unknown): boolean {
  return error instanceof Failure && error.code === 'SL-KUBERNETES-KIND-NOT-SERVED'
}
