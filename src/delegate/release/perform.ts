import type { KubernetesObject } from '#base/index.ts'
import { refOf, type Objects, type Removed, type Written } from '#delegate/kubernetes/index.ts'
import type { Write } from '#model/release/index.ts'
import type { Session } from './session.ts'

/** How a write ended. `stale`: the world was not as it was when we decided; nothing was written, look again and decide again. */
export type Performed = 'written' | 'stale'

/**
 * Makes one write, and tells the session what is there now. While it is under way, and when its answer never comes, nobody knows how we have
 * left the object: the watch may see our own change before we do, and must not take it for somebody else's.
 */
export async function perform(write: Write, session: Session, signal: AbortSignal): Promise<Performed> {
  const { objects, observer, ours, fence, settle } = session
  const left = ours.of(write.object)
  ours.removed(write.object)
  const written = write.is === 'delete' ? await remove(write.object, objects, signal) : await send(write, objects, signal)
  if (written.is === 'stale') {
    // Whoever was faster may have been this process: what it left is newer.
    if (left && ours.of(write.object) === undefined) ours.wrote(left)
    await observer.refresh(write.object, signal)
    return 'stale'
  }
  if (!('object' in written)) {
    observer.removed(write.object)
    return 'written'
  }
  observer.wrote(written.object)
  ours.wrote(written.object)
  fence.wrote(written.object)
  if (carriesTraffic(written.object)) settle.wrote(written.object)
  return 'written'
}

/** Routes and what makes sides of versions: their arrival is waited for. */
function carriesTraffic({ kind }: KubernetesObject): boolean {
  return ['VirtualService', 'HTTPRoute', 'GRPCRoute', 'DestinationRule', 'Service'].includes(kind)
}

function remove(object: KubernetesObject, objects: Objects, signal: AbortSignal): Promise<Removed> {
  const { uid } = object.metadata
  return objects.remove(refOf(object), uid === undefined ? {} : { uid }, signal)
}

async function send(write: Exclude<Write, { is: 'delete' }>, objects: Objects, signal: AbortSignal): Promise<Written> {
  const options = { fieldManager: write.manager }
  if (write.is === 'create') return objects.create(write.object, options, signal)
  if (write.is === 'patch') return objects.patch(refOf(write.object), write.patch, options, signal)
  const applied = await objects.apply(write.object, { ...options, force: write.force }, signal)
  // Conflicts are told by an apply without force only; ours are forced, because inspection has seen that every owner is ours or one-shot.
  return applied.is === 'conflicts' ? { is: 'stale', why: 'another owner has taken a field' } : applied
}
