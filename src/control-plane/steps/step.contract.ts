import { expect, it } from 'vitest'
import { toFailureRecord, type Json } from '#base/index.ts'
import { play as playLog, stepContract as engineContract, type StepWorld } from '#control-plane/engine/step.contract.ts'
import type { Run } from '#control-plane/engine/index.ts'
import type { Goal, Release, Snapshot } from '#model/release/index.ts'
import type { ResolvedStep } from '#model/workflow/index.ts'
import { changeObjects, measureVersion, reachGoal, type ObjectsChange } from '#protocol/index.ts'
import { steps, type StepResult, type StepRun } from './index.ts'

export type Measure = (round: number) => Measured

interface Measured {
  readonly verdict: 'good' | 'bad' | 'fewRequests'
  readonly says: string
  readonly requests: number
  readonly errors: number
}

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
  readonly reachedShare?: number
  readonly irreversible?: boolean
}

/** What a step did: its goals, the names of its calls, how it ended. */
export interface Played {
  readonly result: StepResult | undefined
  readonly failure: { readonly code: string; readonly message: string } | undefined
  readonly goals: readonly Goal[]
  /** Changes of objects beside the traffic. */
  readonly changes: readonly ObjectsChange[]
  readonly calls: readonly string[]
}

/** What `${k8s.…Destination}` stand for in these tests. */
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

type Input = ResolvedStep['input']

/** Plays one step of this type with this input, in a world that does what it is told. */
export async function play(type: string, input: Input, surroundings: Surroundings = {}): Promise<Played> {
  const { world, goals, changes } = newWorld(surroundings)
  const log: Parameters<typeof playLog>[2] = new Map()
  const ended = await playLog(program(type, input, surroundings), world, log).catch(toFailureRecord)
  if (ended === 'cut') throw new Error('nobody cut the power')
  const failure = 'code' in ended ? ended : undefined
  return {
    result: 'output' in ended ? (ended.output as StepResult) : undefined,
    failure,
    goals: goals(),
    changes: changes(),
    calls: [...log.keys()],
  }
}

/** What every step promises: its input is checked, and the power may go at any of its calls. */
export function stepContract(type: string, good: Input, bad: Input, surroundings: Surroundings = {}): void {
  it('takes what it needs and refuses everything else', () => {
    expect(stepOf(type).input.safeParse(good).success).toBe(true)
    expect(stepOf(type).input.safeParse(bad).success).toBe(false)
    expect(stepOf(type).input.safeParse({ ...(good as object), surprise: 1 }).success).toBe(false)
  })
  engineContract(type, program(type, good, surroundings), () => newWorld(surroundings).world)
}

function stepOf(type: string) {
  const found = steps.find(step => step.type === type)
  if (!found) throw new Error(`no step ${type}`)
  return found
}

const program =
  (type: string, input: Input, surroundings: Surroundings) =>
  (run: Run): Promise<StepResult> =>
    stepOf(type).run(stepRun(run, type, input, surroundings), stepOf(type).input.parse(input))

/** A goal that is reached twice is reached: what counts is the order in which goals first came. */
function newWorld({ answers = {}, measure }: Surroundings): {
  readonly world: StepWorld
  readonly goals: () => readonly Goal[]
  readonly changes: () => readonly ObjectsChange[]
} {
  const goals = new Map<string, Goal>()
  const changes = new Map<string, ObjectsChange>()
  let round = 0
  const tasks: StepWorld['tasks'] = {
    [reachGoal.type]: ({ goal }: { readonly goal: Goal }) => {
      goals.set(JSON.stringify(goal), goal)
      return { is: 'reached', says: `${goal.to} reached`, writes: 1, calls: 1 }
    },
    [changeObjects.type]: ({ change }: { readonly change: ObjectsChange }) => {
      changes.set(JSON.stringify(change), change)
      return { says: `${change.is} done`, writes: 1, calls: 1 }
    },
    [measureVersion.type]: () => measure?.(++round) ?? { verdict: 'good', says: 'fine', requests: 10, errors: 0 },
  }
  const given = Object.entries(answers).map(([name, answer]) => [name, { answer }])
  return {
    world: { tasks, answers: Object.fromEntries(given), state: () => [...goals.values(), ...changes.values()] },
    goals: () => [...goals.values()],
    changes: () => [...changes.values()],
  }
}

function stepRun(
  run: Run,
  type: string,
  input: Input,
  { values = {}, virtualService, literals = [], fixed = false, reachedShare = 0, irreversible = false }: Surroundings,
): StepRun {
  const terms = { ...release, literals, ...(virtualService === undefined ? {} : { virtualService }) }
  return {
    run,
    step: { ...step, type, input },
    release: terms,
    fixed,
    reachedShare,
    irreversible,
    destinations,
    goal: async (name, goal) => ((await run.task(name, reachGoal, { release: terms, snapshot, goal, number: 1 })) as { says: string }).says,
    objects: async change =>
      ((await run.task('change', changeObjects, { release: terms, change, before: [], number: 1 })) as { says: string }).says,
    pinned: () => 'hash of its files',
    ask: async (name, { says, next }) => {
      const reply = await run.wait<{ readonly answer: string }>(name, { deadline: 1, for: says, next })
      return reply.is === 'expired' ? 'expired' : reply.payload.answer
    },
    evaluate: (name, text) =>
      run.record(name, () => {
        const value = values[text]
        if (value === undefined) throw new Error(`no value for ${text}`)
        return value
      }),
  }
}

const snapshot = {} as Snapshot

const step: ResolvedStep = {
  path: 'p/s/1',
  name: 'The step',
  type: '',
  input: {},
  timeout: 600_000,
  when: true,
  onFailure: { retry: { times: 0, every: 0 }, do: 'rollbackWorkflow' },
  delegates: [],
  settle: { mode: 'auto' },
  irreversible: false,
}
