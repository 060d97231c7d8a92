import type { StoredEvent } from './history.ts'

type Listener = (event: StoredEvent) => void

/** Hands events to listeners in the order in which they were sent, in a microtask after the sender's turn. */
export interface Outbox {
  send(event: StoredEvent): void
  /** `opening` reaches this listener before anything that is sent later. The returned function ends it at once. */
  subscribe(resource: string, listener: Listener, opening: readonly StoredEvent[]): () => void
}

interface Letter {
  readonly event: StoredEvent
  readonly to: Iterable<Listener>
}

export function createOutbox(): Outbox {
  const listeners = new Map<string, Set<Listener>>()
  const letters: Letter[] = []

  const deliver = (): void => {
    for (const { event, to } of letters.splice(0)) for (const listener of to) listener(event)
  }
  const post = (letter: Letter): void => {
    if (letters.push(letter) === 1) queueMicrotask(deliver)
  }

  return {
    send(event) {
      const to = listeners.get(event.resource)
      if (to?.size) post({ event, to: [...to] })
    },
    subscribe(resource, listener, opening) {
      let ended = false
      const own: Listener = event => {
        if (!ended) listener(event)
      }
      for (const event of opening) post({ event, to: [own] })
      const present = listeners.get(resource) ?? new Set()
      listeners.set(resource, present.add(own))
      return () => {
        ended = true
        present.delete(own)
      }
    },
  }
}
