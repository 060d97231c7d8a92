import type { Clock } from '#base/index.ts'
import { viewOf, type EngineStore, type ExecutionView as EngineView, type JournalEvent, type Message } from '#control-plane/engine/index.ts'
import { Asked } from '#control-plane/approvals/index.ts'
import { ExecutionInput, readDefinition, type Definition } from '../definition.ts'

export type Call = EngineView['calls'][number]

/** Everything that views of an execution are computed from. */
export interface Sight {
  readonly engine: EngineView
  readonly events: readonly JournalEvent[]
  readonly input: ExecutionInput
  readonly definition: Definition
  /** The store's time: which deadlines have passed. */
  readonly now: number
}

/** What a command is read against. */
export interface CommandSight extends Sight {
  /** What was accepted before it and may not stand in the journal yet, as its owner may be frozen or dead; the oldest first. */
  readonly accepted: readonly Message[]
}

/** Reads executions for people. */
export interface Sights {
  /** Undefined where there is no such execution. */
  read(id: string): Promise<Sight | undefined>
  /** For somebody who commands something. */
  toCommand(id: string): Promise<CommandSight | undefined>
  /** From what a follower of the engine has: `events` are all of them. */
  from(engine: EngineView, events: readonly JournalEvent[]): Promise<Sight>
}

/** Definitions never change, and every look at an execution needs its own: the last ones are kept. */
const definitionsKept = 100

export function openSights({ journal, tasks, content }: EngineStore, clock: Clock): Sights {
  const definitions = new Map<string, Promise<Definition>>()
  const definitionOf = (hash: string): Promise<Definition> => {
    const read = definitions.get(hash) ?? readDefinition(content, hash)
    definitions.delete(hash)
    definitions.set(hash, read)
    read.catch(() => definitions.delete(hash))
    for (const oldest of definitions.keys()) if (definitions.size > definitionsKept) definitions.delete(oldest)
    return read
  }
  const from = async (engine: EngineView, events: readonly JournalEvent[]): Promise<Sight> => {
    const input = ExecutionInput.parse(engine.row.input)
    return { engine, events, input, definition: await definitionOf(input.definition), now: clock.now() }
  }
  const read = async (id: string): Promise<Sight | undefined> => {
    const [loaded, open] = await Promise.all([journal.load(id), tasks.openTasks(id)])
    return loaded && from(viewOf(loaded.row, loaded.events, open), loaded.events)
  }
  return {
    from,
    read,
    async toCommand(id) {
      // Before the journal: what is written into it in between is then in both, never in neither.
      const { inbox } = await journal.news(id)
      const sight = await read(id)
      return sight && { ...sight, accepted: inbox.map(({ message }) => message) }
    },
  }
}

/** Times of the store as people's interfaces have them. */
export const iso = (time: number): string => new Date(time).toISOString()

/** The calls of one step or of one thing that Sluice does around the steps, in either lane. */
export function callsUnder({ engine }: Sight, path: string): readonly Call[] {
  const known = byPath.get(engine.calls) ?? sortedByPath(engine.calls)
  byPath.set(engine.calls, known)
  return known.get(path) ?? []
}

/** A view asks for the calls of every step, and is made anew with every event: so they are sorted once per state. */
const byPath = new WeakMap<readonly Call[], ReadonlyMap<string, readonly Call[]>>()

function sortedByPath(calls: readonly Call[]): ReadonlyMap<string, readonly Call[]> {
  const sorted = new Map<string, Call[]>()
  for (const call of calls) {
    const [lane, ...parts] = call.name.split('/')
    if (lane !== 'forward' && lane !== 'back') continue
    for (let length = 1; length < parts.length; length++) {
      const path = parts.slice(0, length).join('/')
      const under = sorted.get(path)
      if (under) under.push(call)
      else sorted.set(path, [call])
    }
  }
  return sorted
}

/** A wait that people see, with what it is about. */
export interface OpenWait {
  readonly call: Call
  readonly asked: Asked
}

export function openWaits(calls: readonly Call[]): OpenWait[] {
  return calls.flatMap(call => {
    const asked = call.did === 'wait' && call.is === 'open' ? Asked.safeParse(call.wait?.about) : undefined
    return asked?.success ? [{ call, asked: asked.data }] : []
  })
}

/** Waits that only a person can end well. What a watch asks comes first: the steps stand still until it is answered, whatever they ask. */
export function questions(calls: readonly Call[]): OpenWait[] {
  const asked = openWaits(calls).filter(each => each.asked.is === 'approval' || each.asked.is === 'question')
  const byWatch = ({ call }: OpenWait): boolean => call.lane.startsWith('watch/')
  return [...asked.filter(byWatch), ...asked.filter(each => !byWatch(each))]
}
