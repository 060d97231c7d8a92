import { expect, it } from 'vitest'
import { VirtualClock } from '#base/index.ts'
import type { EngineStore } from '#control-plane/engine/index.ts'
import { memoryStore } from '#control-plane/store/index.ts'
import type { ResolvedWorkflow } from '#model/workflow/index.ts'
import {
  cutStore,
  exampleWorkflow,
  openPlane,
  pretend,
  reached,
  startWorkflow,
  type Plane,
  type PowerCut,
  type Pretended,
} from './pretended.contract.ts'
import { executionView } from './view/execution-view.ts'
import { openSights } from './view/sight.ts'

/** What must be the same however often the power went: how it ended, and what every step came to. */
interface Outcome {
  readonly status: string
  readonly steps: readonly string[]
  readonly last: string | undefined
}

/** Answers whatever is asked, as a person would: also the question that a cut process has asked. */
async function answerQuestions({ engine, clock }: Plane, store: EngineStore, answer: string): Promise<void> {
  const sight = await openSights(store, clock).read('k3f9')
  const question = sight && executionView(sight).question
  if (question) await engine.deliver('k3f9', { is: 'answer', name: question.id, payload: { answer }, by: 'ada' })
}

async function outcomeOf(store: EngineStore, clock: VirtualClock, pretended: Pretended): Promise<Outcome | undefined> {
  const sight = await openSights(store, clock).read('k3f9')
  const view = sight && executionView(sight)
  if (!view?.ended) return undefined
  const steps = view.phases.flatMap(phase => phase.sections.flatMap(section => section.steps.map(step => `${step.name}: ${step.status}`)))
  return { status: view.status, steps, last: pretended.goals.at(-1)?.to }
}

/** Runs a workflow to its end; with a cut, kills the process there and opens another one on the same store. */
async function play(
  workflow: ResolvedWorkflow,
  pretended: Pretended,
  answer: string,
  cut?: PowerCut,
): Promise<{ readonly outcome: Outcome; readonly writes: number }> {
  const clock = new VirtualClock()
  const store = memoryStore(clock)
  const first = cutStore(store, cut ?? { write: 0, when: 'after' })
  let plane = openPlane(pretended, clock, first.store)
  await startWorkflow({ ...plane, store }, workflow)
  for (let second = 0; second < 3600; second += 5) {
    await clock.advance(5_000)
    if (first.isDead() && plane.store === first.store) {
      // What its delegate was doing stops; nothing of it is waited for, as in a kill.
      void plane.closeAgent()
      plane = openPlane(pretended, clock, store)
    }
    await answerQuestions(plane, store, answer)
    const outcome = await outcomeOf(store, clock, pretended)
    if (!outcome) continue
    await plane.close()
    return { outcome, writes: first.writes() }
  }
  throw new Error(`cut ${JSON.stringify(cut)}: the execution did not end within an hour`)
}

const stories: readonly (readonly [string, string, () => Pretended])[] = [
  ['a run that is approved', 'approve', pretend],
  ['a run that is rejected', 'reject', pretend],
  [
    'a run whose rollout fails',
    'approve',
    () => ({
      ...pretend(),
      reach: ({ goal }) => {
        if (goal.to === 'promoted') throw new Error('no capacity')
        return reached(goal.to)
      },
    }),
  ],
]

it.each(stories)(
  'P3: the power goes at every write of %s, and it ends the same',
  async (_, answer, world) => {
    const whole = await play(exampleWorkflow(), world(), answer)
    expect(whole.writes).toBeGreaterThan(15)

    for (let write = 1; write <= whole.writes; write++)
      for (const when of ['before', 'after'] as const) {
        const { outcome } = await play(exampleWorkflow(), world(), answer, { write, when })
        expect({ write, when, outcome }).toEqual({ write, when, outcome: whole.outcome })
      }
  },
  120_000,
)

it('never gives two goals the same number, and none a lower one than before, whatever is cut', async () => {
  const whole = await play(exampleWorkflow(), pretend(), 'approve')
  for (let write = 1; write <= whole.writes; write++) {
    const pretended = pretend()
    await play(exampleWorkflow(), pretended, 'approve', { write, when: 'after' })
    const distinct = pretended.goals.filter(({ number }, i) => number !== pretended.goals[i - 1]?.number)
    expect(distinct.map(each => each.number)).toEqual(distinct.map((_, i) => i + 1))
  }
}, 120_000)
