import { turnName, type JournalEvent } from '#control-plane/engine/index.ts'
import type { ActView } from '#protocol/http/index.ts'
import { shownFor } from './shown.ts'
import { iso, type Sight } from './sight.ts'

/** What people did, from the journal: answers and commands, those that came too late included. */
export function actsOf(sight: Sight): ActView[] {
  return sight.events.flatMap(event => {
    if (event.name === turnName) return []
    const did = deed(event)
    if (!did) return []
    const { by, why } = event.payload as { readonly by?: string; readonly why?: string }
    const shown = event.kind === 'delivered' ? shownFor(sight, event.name) : undefined
    return [
      { at: iso(event.at), who: by ?? 'somebody', did, ...(shown ? { step: shown.path } : {}), ...(why === undefined ? {} : { why }) },
    ]
  })
}

/** What a person's event is called; undefined where it is not a person's. */
export function deed(event: JournalEvent): string | undefined {
  const command = event.name.startsWith('command/')
  switch (event.kind) {
    case 'delivered':
      return (event.payload.payload as { readonly answer?: string } | undefined)?.answer ?? 'answer'
    case 'aborted':
      return event.payload.now ? 'abort --now' : 'abort'
    case 'paused':
      return command ? 'pause' : undefined
    case 'resumed':
      return command ? 'resume' : undefined
    case 'ignored':
      return `${event.payload.command} (too late)`
    default:
      return undefined
  }
}
