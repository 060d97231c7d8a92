import { expect, it } from 'vitest'
import { VirtualClock, type Json } from '#base/index.ts'
import { openEngine, type Program, type Run } from '#control-plane/engine/index.ts'
import { memoryStore } from '#control-plane/store/index.ts'
import { openTaskSource } from '#control-plane/tasks/index.ts'
import { implement, openAgent, type Implementation } from '#delegate/agent/index.ts'
import type { Goal, Release } from '#model/release/index.ts'
import type { ResolvedStep } from '#model/workflow/index.ts'
import { measureVersion } from '#protocol/index.ts'
import { steps, type Question, type StepResult, type StepRun } from './index.ts'

/** What surrounds the step under test. Everything is optional: what a test is about, it says. */
export interface Surroundings {
  /** Answers of people by the name of the wait; without one the wait expires. */
  readonly answers?: Readonly<Record<string, string>>
  /** What `${…}` texts evaluate to. */
  readonly values?: Readonly<Record<string, Json>>
  readonly measure?: Measure
  readonly virtualService?: string
  readonly literals?: Release['literals']
  readonly fixed?: boolean
}

export type Measure = (round: number) => Measured

type Measured = {
  readonly verdict: 'good' | 'bad' | 'fewRequests'
  readonly says: string
  readonly requests: number
  readonly errors: number
}

/** What a step did: its goals, what it asked, how it ended. */
export interface Played {
  readonly result: StepResult | undefined
  readonly failure: { readonly code: string; readonly message: string } | undefined
  readonly goals: readonly Goal[]
  readonly asked: readonly (Question & { readonly name: string })[]
  /** Milliseconds that it took. */
  readonly took: number
}

export const destinations = { stable: 'host: cart-svc\nsubset: stable\n', canary: 'host: cart-svc\nsubset: canary\n' }

const release: Release = {
  execution: 'k3f9',
  name: 'cart',
  service: 'cart',
  namespace: 'shop',
  cluster: {},
  version: '1.4.0',
  manifests: 'hash',
  literals: [],
  subsets: { stable: 'stable', canary: 'canary' },
  settle: { mode: 'auto' },
  drain: 0,
  bypass: 'accept',
}

/** Plays one step of this type with this input on the real engine, in virtual time. */
export async function play(type: string, input: ResolvedStep['input'], surroundings: Surroundings = {}): Promise<Played> {
  const clock = new VirtualClock()
  const store = memoryStore(clock)
  const goals: Goal[] = []
  const asked: (Question & { name: string })[] = []
  const program: Program = {
    forward: run => stepOf(type).run(stepRun(run, { type, input, surroundings, goals, asked }), stepOf(type).input.parse(input)),
    back: async () => undefined,
  }
  const engine = openEngine({ store, clock, programs: { step: program } })
  const source = openTaskSource({ store, clock, lease: 'process' })
  const agent = openAgent({ name: 'a', selectors: 'every', source, clock, implementations: [measuring(surroundings)] })
  await engine.start({ id: 'k3f9', program: 'step', input: {} })
  const answering = (async () => {
    for await (const { view } of engine.follow('k3f9', {})) {
      if (view.row.endedAt !== undefined) return view
      for (const call of view.calls) {
        const answer = call.did === 'wait' && call.is === 'open' ? surroundings.answers?.[call.name.replace('forward/', '')] : undefined
        if (answer) await engine.deliver('k3f9', { is: 'answer', name: call.name, payload: { answer }, by: 'ada', why: 'because' })
      }
    }
    throw new Error('gone')
  })()
  const view = await clock.runUntil(answering)
  await agent.close()
  source.close()
  await engine.close()
  const failure = view.cause?.is === 'failed' ? view.cause.failure : undefined
  return {
    result: failure ? undefined : (view.output as StepResult),
    failure,
    goals,
    asked,
    took: (view.row.endedAt ?? 0) - view.row.startedAt,
  }
}

function stepOf(type: string) {
  const found = steps.find(step => step.type === type)
  if (!found) throw new Error(`no step ${type}`)
  return found
}

function measuring({ measure }: Surroundings): Implementation {
  let round = 0
  return implement({
    task: measureVersion,
    run: async () => measure?.(++round) ?? { verdict: 'good', says: 'fine', requests: 10, errors: 0 },
  })
}

interface Stage {
  readonly type: string
  readonly input: ResolvedStep['input']
  readonly surroundings: Surroundings
  readonly goals: Goal[]
  readonly asked: (Question & { name: string })[]
}

function stepRun(run: Run, { type, input, surroundings, goals, asked }: Stage): StepRun {
  const { answers = {}, values = {}, virtualService, literals = [], fixed = false } = surroundings
  const step: ResolvedStep = {
    path: 'p/s/1',
    name: 'The step',
    type,
    input,
    timeout: 600_000,
    when: true,
    onFailure: { retry: { times: 0, every: 0 }, do: 'rollbackWorkflow' },
    delegates: [],
    settle: { mode: 'auto' },
    irreversible: false,
  }
  return {
    run,
    step,
    release: { ...release, literals, ...(virtualService === undefined ? {} : { virtualService }) },
    fixed,
    destinations,
    goal: async (_, goal) => {
      goals.push(goal)
      return `${goal.to} reached`
    },
    ask: async (name, question) => {
      asked.push({ name, ...question })
      return answers[name] ?? 'expired'
    },
    evaluate: async (name, text) => {
      const value = values[text]
      if (value === undefined) throw new Error(`${name}: no value for ${text}`)
      return value
    },
  }
}

/** What every step promises: its input is checked, and the names of its calls are its own. */
export function stepContract(type: string, good: ResolvedStep['input'], bad: ResolvedStep['input'], surroundings: Surroundings = {}): void {
  it('takes what it needs and refuses everything else', () => {
    expect(stepOf(type).input.safeParse(good).success).toBe(true)
    expect(stepOf(type).input.safeParse(bad).success).toBe(false)
    expect(stepOf(type).input.safeParse({ ...(good as object), surprise: 1 }).success).toBe(false)
  })

  it('does the same, and ends the same, when it is played again', async () => {
    const first = await play(type, good, surroundings)

    expect(await play(type, good, surroundings)).toEqual(first)
    expect(first.result ?? first.failure).toBeDefined()
  })
}
