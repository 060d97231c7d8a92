import { engine } from './failures.ts'
import type { EventKind, JournalEvent } from './journal.ts'

type EventOf<K extends EventKind> = Extract<JournalEvent, { kind: K }>

/** What the journal says about one name: a lane, a call, or a command. */
export type NameState =
  | { readonly is: 'absent' }
  | { readonly is: 'lane'; readonly began: EventOf<'started'> }
  | { readonly is: 'task'; readonly began: EventOf<'scheduled'> }
  | { readonly is: 'sleep'; readonly began: EventOf<'sleeping'> }
  | { readonly is: 'wait'; readonly began: EventOf<'waiting'> }
  | { readonly is: 'ended'; readonly began: JournalEvent | undefined; readonly ended: JournalEvent }

type Moves<S> = { readonly [K in EventKind]?: (state: S, event: EventOf<K>) => NameState }

const once = (_: { readonly is: 'absent' }, ended: JournalEvent): NameState => ({ is: 'ended', began: undefined, ended })
const end = ({ began }: { readonly began: JournalEvent }, ended: JournalEvent): NameState => ({ is: 'ended', began, ended })

/** The whole life of a name. A move that is not here cannot happen. */
const life: { readonly [Is in NameState['is']]: Moves<Extract<NameState, { is: Is }>> } = {
  absent: {
    started: (_, began) => ({ is: 'lane', began }),
    scheduled: (_, began) => ({ is: 'task', began }),
    sleeping: (_, began) => ({ is: 'sleep', began }),
    waiting: (_, began) => ({ is: 'wait', began }),
    recorded: once,
    // A value that could not be made.
    failed: once,
    // A watch that never started may be ended all the same.
    stopped: once,
    paused: once,
    resumed: once,
    ignored: once,
    aborted: once,
  },
  lane: { succeeded: end, failed: end, stopped: end },
  task: { succeeded: end, failed: end },
  sleep: { slept: end },
  wait: { delivered: end, expired: end },
  ended: {},
}

const absent: NameState = { is: 'absent' }

/** The state after an event; throws where the table has no such move. */
export function next(execution: string, state: NameState = absent, event: JournalEvent): NameState {
  const move = life[state.is][event.kind] as ((state: NameState, event: JournalEvent) => NameState) | undefined
  if (!move) throw engine.EVENT_OUT_OF_PLACE({ execution, name: event.name, is: state.is, event: event.kind })
  return move(state, event)
}
