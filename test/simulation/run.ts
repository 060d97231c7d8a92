import { executionView, logLines, openSights, orderOf, startExecution, type Sight } from '#control-plane/executions/index.ts'
import type { JournalEvent } from '#control-plane/engine/index.ts'
import { Failure } from '#base/index.ts'
import type { ResolvedWorkflow } from '#model/workflow/index.ts'
import type { Command, ExecutionView } from '#protocol/http/index.ts'
import { textOf } from './application.ts'
import { newKeptEdits } from './kept-edits.ts'
import { pinned } from './pinned.ts'
import { between, fork, type Script } from './script.ts'
import type { World } from './world.ts'

/** What people do in a run, and what its execution tells them. */
export interface Run {
  readonly id: string
  isOver(): boolean
  view(): Promise<ExecutionView>
  command(command: Command): Promise<void>
  /** What people read of it. */
  log(): Promise<readonly string[]>
  /** Whether the way back has begun. */
  isGoingBack(): boolean
  readonly events: readonly JournalEvent[]
}

export interface RunOptions {
  readonly script: Script
  readonly key: string
  readonly supersede?: boolean
  /** Numbers of the questions that are answered with a no. */
  readonly rejects: readonly number[]
  readonly restores: boolean
  /** Somebody of the run is there who could go on. */
  isAwake(): boolean
  /** Hears of everything that is written into its journal. */
  told(execution: string, event: JournalEvent): void
  /** A person wants somebody's edit to stay. */
  kept(): void
  violation(text: string): void
}

/** Hands a run in, as a client does, and answers what it asks. */
export async function startRun(world: World, workflow: ResolvedWorkflow, version: string, options: RunOptions): Promise<Run> {
  const { store, clock } = world
  const { script, key, supersede } = options
  const { hashes: manifests, contents } = pinned(workflow, textOf(script, version))
  const { content, journal } = store
  const starter = { content, start: journal.start, row: async (id: string) => (await journal.load(id))?.row, doing: async () => '' }
  const request = { key, workflow, manifests, contents, who: 'ada', ...(supersede ? { supersede } : {}) }
  const { id } = await startExecution(starter, request)
  const sights = openSights(store, clock)
  const random = fork(script.seed, 4 + key.length)
  const events: JournalEvent[] = []
  let over = false
  let goingBack = false

  const sight = async (): Promise<Sight> => {
    const found = await sights.read(id)
    if (!found) throw new Error(`no execution ${id}`)
    return found
  }
  const command = async (wanted: Command): Promise<void> => {
    try {
      const found = await sights.toCommand(id)
      for (const message of found ? orderOf(found, wanted).messages : []) await journal.deliver(id, message)
    } catch (error) {
      // Too late, or nothing waits: people hear of it, nothing happens.
      if (!(error instanceof Failure) || error.blame === 'bug') throw error
    }
  }
  const answering = new Set<string>()
  let asked = 0
  const kept = newKeptEdits(options.violation)
  /** A person sees every question, thinks for a while, and answers it if it still stands. */
  const answer = async (): Promise<void> => {
    const view = executionView(await sight())
    if (options.isAwake()) checkWaits(view, clock.now(), options.violation)
    if (!view.question || answering.has(view.question.id)) return
    const { id: question } = view.question
    answering.add(question)
    kept.asked(view.question)
    const no = options.rejects.includes(++asked)
    clock.after(between(random, 100, 40_000), () => void say(question, no).then(answer))
  }
  const say = async (question: string, no: boolean): Promise<void> => {
    answering.delete(question)
    const now = executionView(await sight()).question
    if (now?.id !== question) return
    const names = now.answers.map(({ name }) => name)
    if (names.includes('approve')) return command({ do: no ? 'reject' : 'approve', who: 'bob' })
    // Whoever has taken the release back by hand does not want the run to go on.
    if (options.restores && names.includes('back')) return command({ do: 'answer', answer: 'back', step: now.step, who: 'bob' })
    const answer = names[between(random, 0, names.length - 1)] ?? ''
    return command({ do: 'answer', answer, step: now.step, who: 'bob' })
  }
  const learn = async (): Promise<void> => {
    const loaded = await journal.load(id, events.length)
    const fresh = (loaded?.events ?? []).filter(({ seq }) => seq > events.length)
    events.push(...fresh)
    for (const event of fresh) {
      options.told(id, event)
      // An answer that came too late is none.
      if (event.kind !== 'delivered' || (event.payload.payload as { readonly answer?: string } | undefined)?.answer !== 'keepEdit') continue
      kept.keep(event.name)
      options.kept()
    }
    over ||= loaded?.row.endedAt !== undefined
    goingBack ||= fresh.some(({ name, kind }) => name === 'back' && kind === 'started')
    if (fresh.some(({ kind }) => kind === 'waiting')) await answer()
  }
  const stop = store.subscribe(hint => {
    if (hint.is !== 'journal' || hint.execution !== id) return
    void learn().then(() => over && stop())
  })
  await learn()
  return {
    id,
    isOver: () => over,
    view: async () => executionView(await sight()),
    command,
    log: async () => logLines(await sight()).map(({ at, says }) => `${at.slice(11, 23)} ${says}`),
    isGoingBack: () => goingBack,
    events,
  }
}

/** Everything that waits says for what, since when, until when, and what then. */
export function checkWaits(view: ExecutionView, now: number, violation: (text: string) => void): void {
  const steps = [...view.phases.flatMap(phase => phase.sections.flatMap(section => section.steps)), ...view.around]
  for (const { waiting } of [view, ...steps]) {
    if (!waiting) continue
    const { for: what, since, until, next } = waiting
    if (!what || !since || !next || !until) violation(`a wait says too little: ${JSON.stringify(waiting)}`)
    // People are told whole milliseconds.
    else if (Date.parse(until) < Math.floor(now))
      violation(`a wait is over and stands: ${JSON.stringify(waiting)} at ${new Date(now).toISOString()}`)
  }
  if (view.status === 'waiting' && !view.waiting) violation('the execution waits and does not say for what')
}
