import { VirtualClock, type Clock, type Random } from '#base/index.ts'
import { memoryStore } from '#control-plane/store/index.ts'
import type { JournalEvent } from '../journal.ts'
import type { EngineStore } from '../store.ts'
import { observed, type Violation } from './check.contract.ts'
import type { Faults } from './fault.contract.ts'
import { startProcess, type SimulatedProcess } from './process.contract.ts'
import { newWorld, scenarios, workIn, type Scenario, type World } from './scenarios.contract.ts'

/** What a run left behind, without what may differ from run to run (times, and in which order parallel calls were written). */
export interface Ending {
  readonly status: string
  readonly journal: readonly string[]
  readonly world: unknown
  readonly violations: readonly Violation[]
  /** Writes that the first process began. */
  readonly writes: number
}

export interface PlayOptions {
  readonly scenario: string
  /** Of the first process; those after it have none. */
  readonly faults?: Faults
  /** Another implementation of the store (mutants). */
  readonly newStore?: (clock: VirtualClock) => EngineStore
  /** Milliseconds for which a silent delegate keeps a task. */
  readonly taskLease?: number
  /** Disturbs the run: processes are frozen, thawed, killed and started. */
  readonly disturb?: (stage: Stage) => void
  readonly latency?: { readonly random: Random; readonly milliseconds: number }
}

/** What a disturbance can reach. */
export interface Stage {
  readonly clock: VirtualClock
  readonly processes: SimulatedProcess[]
  start(): void
}

// Every story is over in a third of this, even when replicas die on the way.
const longest = 10 * 60_000

/** Plays a scenario to its end, or for ten minutes of virtual time. */
export async function play(options: PlayOptions): Promise<Ending> {
  const clock = new VirtualClock()
  const seen = observed((options.newStore ?? memoryStore)(clock))
  const world = newWorld()
  const make = scenarios[options.scenario]
  if (!make) throw new Error(`no scenario "${options.scenario}"`)
  const scenario = make(world)
  const processes: SimulatedProcess[] = []
  const latency = options.latency && { clock, ...options.latency }
  const start = (faults: Faults = {}): void => {
    const more = latency ? { ...faults, latency } : faults
    const work = workIn(world, clock)
    const programs = { sim: scenario.program }
    processes.push(startProcess({ shared: seen.store, clock, programs, work, faults: more, taskLease: options.taskLease ?? 5_000 }))
  }
  start({ ...options.faults, onDeath: () => start() })
  options.disturb?.({ clock, processes, start })
  const people = listenAndSay(seen.store, clock, scenario)
  await seen.store.journal.start({ id: 'x', program: 'sim', input: {} })
  await clock.runUntil(ended(seen.store), longest).catch(() => {})
  people()
  for (const process of processes) process.kill()
  return await endingOf(seen, world, processes)
}

async function endingOf(seen: ReturnType<typeof observed>, world: World, processes: readonly SimulatedProcess[]): Promise<Ending> {
  const loaded = await seen.store.journal.load('x')
  return {
    status: loaded?.row.status ?? 'gone',
    journal: (loaded?.events ?? []).map(lineOf).sort(),
    world: worldOf(world, loaded?.events ?? []),
    violations: await seen.violations(),
    writes: processes[0]?.writes() ?? 0,
  }
}

/** The values as they are; the one that was recorded under its name. */
function worldOf(world: World, events: readonly JournalEvent[]): unknown {
  const id = events.find(event => event.name === 'forward/id' && event.kind === 'recorded')
  const made = id?.kind === 'recorded' ? id.payload.value : undefined
  return [...world.values].sort().map(([key, { value, number }]) => [key, value === made ? 'id' : value, number])
}

function lineOf({ name, kind, payload }: JournalEvent): string {
  // Made once per run of `make`, and made again when the power goes before it is written.
  const varying = /\/(id|started)$/.test(name)
  return `${name} ${kind} ${varying ? '' : JSON.stringify(payload).replaceAll(/"(id|past|openFor)":(\d+|\[\d+\])/g, '"$1":…')}`
}

function ended(store: EngineStore): Promise<void> {
  return new Promise(resolve => {
    const end = store.subscribe(() => {
      void store.journal.load('x').then(loaded => {
        if (loaded?.row.endedAt === undefined) return
        end()
        resolve()
      })
    })
  })
}

/** People look at the journal and say their sentence once its time has come. */
function listenAndSay(store: EngineStore, clock: Clock, { people = [] }: Scenario): () => void {
  const left = new Set(people)
  return store.subscribe(hint => {
    if (hint.is !== 'journal') return
    void store.journal.load('x').then(loaded => {
      for (const sentence of left) {
        const events = loaded?.events.filter(event => event.name === sentence.when) ?? []
        if (events.length < (sentence.ended ? 2 : 1)) return
        left.delete(sentence)
        clock.after(sentence.after ?? 0, () => ('say' in sentence ? void store.journal.deliver('x', sentence.say) : sentence.act()))
      }
    })
  })
}
