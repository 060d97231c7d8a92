import { refOf, type Objects, type Written } from '#delegate/kubernetes/index.ts'
import type { Write } from '#model/release/index.ts'
import type { Session } from './session.ts'

/** How a write ended. `stale`: the world was not as it was when we decided; nothing was written, look again and decide again. */
export type Performed = 'written' | 'stale'

/** Makes one write, and tells the session what is there now. */
export async function perform(write: Write, session: Session, signal: AbortSignal): Promise<Performed> {
  const { objects, observer, ours, settle } = session
  if (write.is === 'delete') {
    const { metadata } = write.object
    const removed = await objects.remove(refOf(write.object), metadata.uid === undefined ? {} : { uid: metadata.uid }, signal)
    if (removed.is === 'stale') return lookAgain(write, session, signal)
    observer.removed(write.object)
    ours.removed(write.object)
    return 'written'
  }
  const written = await send(write, objects, signal)
  if (written.is === 'stale') return lookAgain(write, session, signal)
  observer.wrote(written.object)
  ours.wrote(written.object)
  if (['VirtualService', 'DestinationRule'].includes(written.object.kind)) settle.wrote(written.object)
  return 'written'
}

async function lookAgain(write: Write, { observer }: Session, signal: AbortSignal): Promise<Performed> {
  await observer.refresh(write.object, signal)
  return 'stale'
}

async function send(write: Exclude<Write, { is: 'delete' }>, objects: Objects, signal: AbortSignal): Promise<Written> {
  const options = { fieldManager: write.manager }
  if (write.is === 'create') return objects.create(write.object, options, signal)
  if (write.is === 'patch') return objects.patch(refOf(write.object), write.patch, options, signal)
  const applied = await objects.apply(write.object, { ...options, force: write.force }, signal)
  // Conflicts are told by an apply without force only; ours are forced, because inspection has seen that every owner is ours or one-shot.
  return applied.is === 'conflicts' ? { is: 'stale', why: 'another owner has taken a field' } : applied
}
