import type { TrafficCounter } from '#delegate/counting/index.ts'
import type { Release, Snapshot } from '#model/release/index.ts'
import type { ReleaseContext } from './context.ts'
import { openSession, type Session } from './session.ts'
import type { ReleaseSurroundings } from './surroundings.ts'

/** The open sessions of this process, one per execution and release: the tasks of an execution share what they know. */
export interface Sessions {
  open(release: Release, snapshot: Snapshot, context: ReleaseContext): Promise<Session>
  /** Forgets a session: what it knows can no longer be trusted. */
  end(release: Release): void
  /** The execution has let the release go: nothing of it is needed any more. */
  finish(release: Release): void
  close(): void
}

export function openSessions(surroundings: ReleaseSurroundings): Sessions {
  const open = new Map<string, Promise<Session>>()
  const counting = new Map<string, TrafficCounter>()
  const keyOf = ({ execution, namespace, name }: Release): string => `${execution}/${namespace}/${name}`
  const finish = (key: string): void => {
    end(key)
    counting.get(key)?.close()
    counting.delete(key)
  }
  const end = (key: string): void => {
    const session = open.get(key)
    open.delete(key)
    session?.then(
      each => each.close(),
      () => undefined,
    )
  }
  return {
    open(release, snapshot, context) {
      const key = keyOf(release)
      const present = open.get(key)
      if (present) return present
      const session = openSession(release, snapshot, surroundings, context, counting.get(key))
      open.set(key, session)
      session.then(
        ({ traffic }) => counting.set(key, traffic),
        () => open.delete(key),
      )
      return session
    },
    end: release => end(keyOf(release)),
    finish: release => finish(keyOf(release)),
    close() {
      for (const key of new Set([...open.keys(), ...counting.keys()])) finish(key)
    },
  }
}
