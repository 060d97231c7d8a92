import type { z } from 'zod'
import { VirtualClock, type Clock } from '#base/index.ts'
import { openEngine, type Engine, type EngineStore } from '#control-plane/engine/index.ts'
import { memoryStore } from '#control-plane/store/index.ts'
import { openTaskSource } from '#control-plane/tasks/index.ts'
import { implement, openAgent, type TaskContext } from '#delegate/agent/index.ts'
import type { Snapshot } from '#model/release/index.ts'
import { ResolvedWorkflow, type FailureStrategy, type ResolvedStep } from '#model/workflow/index.ts'
import {
  changeObjects,
  giveBackObjects,
  inspectRelease,
  lookAtObjects,
  measureVersion,
  reachGoal,
  watchRelease,
  type Reached,
} from '#protocol/index.ts'
import { programName, workflowProgram } from './program.ts'

type Inspected = z.infer<typeof inspectRelease.output>

/** A pretended delegate: what it was asked, and what it answers. Tests replace what they are about. */
export interface Pretended {
  readonly goals: {
    readonly to: string
    readonly number: number
    readonly release: string
    readonly goal: z.infer<typeof reachGoal.input>['goal']
  }[]
  inspect(input: z.infer<typeof inspectRelease.input>, context: TaskContext): Inspected | Promise<Inspected>
  reach(input: z.infer<typeof reachGoal.input>, context: TaskContext): Reached | Promise<Reached>
  watch(input: z.infer<typeof watchRelease.input>, context: TaskContext): Promise<z.infer<typeof watchRelease.output>>
  look(input: z.infer<typeof lookAtObjects.input>): z.infer<typeof lookAtObjects.output>
  change(input: z.infer<typeof changeObjects.input>): z.infer<typeof changeObjects.output>
  giveBack(input: z.infer<typeof giveBackObjects.input>): z.infer<typeof giveBackObjects.output>
  measure(input: z.infer<typeof measureVersion.input>): z.infer<typeof measureVersion.output>
}

export const snapshot: Snapshot = {
  takenAt: '2026-01-01T00:00:00Z',
  first: false,
  names: {
    service: 'cart-svc',
    workload: 'cart',
    selector: { app: 'cart' },
    host: 'cart-svc',
    restSubsets: [],
    routes: [{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', name: 'cart-vs' }],
  },
  routes: [],
  stable: { uid: 'u', version: '1.3.2', template: {}, replicas: 4, managedFields: [] },
  manifests: [],
  next: { version: '1.4.0', template: {} },
}

/** What a look finds where nothing speaks against the run. */
export const looked: Inspected = { snapshot, findings: [], settle: { how: 'seconds', why: 'pretended' } }

export const reached = (says: string): Reached => ({ is: 'reached', says, writes: 2, calls: 5 })

/** Resolves never, rejects when the task is stopped. */
export const standing = ({ signal }: TaskContext): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

export function pretend(): Pretended {
  return {
    goals: [],
    inspect: () => looked,
    reach: ({ goal }) => reached(`${goal.to} reached`),
    watch: (_, context) => standing(context),
    look: () => ({ before: [] }),
    change: () => ({ says: 'changed', writes: 1, calls: 1 }),
    giveBack: () => ({ says: 'given back', writes: 1, calls: 1 }),
    measure: () => ({ verdict: 'good', says: '0 of 100 failed', requests: 100, errors: 0 }),
  }
}

function implementations(pretended: Pretended) {
  return [
    implement({ task: inspectRelease, run: async (input, context) => pretended.inspect(input, context) }),
    implement({
      task: reachGoal,
      fence: ({ release, number }) => ({ key: release.name, rank: number }),
      run: async (input, context) => {
        pretended.goals.push({ to: input.goal.to, number: input.number, release: input.release.name, goal: input.goal })
        return pretended.reach(input, context)
      },
    }),
    implement({ task: watchRelease, run: (input, context) => pretended.watch(input, context) }),
    implement({ task: lookAtObjects, run: async input => pretended.look(input) }),
    implement({ task: changeObjects, run: async input => pretended.change(input) }),
    implement({ task: giveBackObjects, run: async input => pretended.giveBack(input) }),
    implement({ task: measureVersion, run: async input => pretended.measure(input) }),
  ]
}

/** Control plane and pretended delegate over one store: opened, killed and opened again at will. */
export interface Plane {
  readonly clock: VirtualClock
  readonly store: EngineStore
  readonly engine: Engine
  /** The delegate alone: of a process whose control plane is dead already. */
  closeAgent(): Promise<void>
  close(): Promise<void>
}

export function openPlane(pretended: Pretended, clock = new VirtualClock(), store: EngineStore = memoryStore(clock)): Plane {
  const engine = openEngine({
    store,
    clock,
    programs: { [programName]: workflowProgram(store.content) },
    onTrouble: ({ error }) => console.error(error),
  })
  const closeAgent = openPretendedAgent(pretended, clock, store)
  return {
    clock,
    store,
    engine,
    closeAgent,
    async close() {
      await closeAgent()
      await engine.close()
    },
  }
}

function openPretendedAgent(pretended: Pretended, clock: Clock, store: EngineStore): () => Promise<void> {
  const source = openTaskSource({ store, clock, lease: 'process' })
  const agent = openAgent({ name: 'pretended', selectors: 'every', source, clock, implementations: implementations(pretended) })
  return async () => {
    await agent.close()
    source.close()
  }
}

const rollback: FailureStrategy = { retry: { times: 0, every: 0 }, do: 'rollbackWorkflow' }

/** A step with defaults; its path is given by {@link workflowOf}. */
export function step(type: string, input: ResolvedStep['input'], more: Partial<ResolvedStep> = {}): ResolvedStep {
  const defaults = {
    timeout: 600_000,
    when: true,
    onFailure: rollback,
    delegates: [],
    settle: { mode: 'auto' as const },
    irreversible: false,
  }
  return { path: '', name: type, type, input, ...defaults, ...more }
}

export interface PhaseSketch {
  readonly name: string
  readonly release?: string
  readonly sections: Readonly<Record<string, readonly ResolvedStep[]>>
  readonly rollback?: readonly ResolvedStep[]
}

const release = (id: string): ResolvedWorkflow['releases'][number] => ({
  id,
  name: id.replace('@', '-'),
  service: 'cart',
  environment: 'production',
  production: true,
  infrastructure: id.split('@')[1] ?? 'eu',
  cluster: {},
  namespace: 'shop',
  delegates: [],
  settle: { mode: 'auto' },
  drain: 30_000,
  bypass: 'accept',
  subsets: { stable: 'stable', canary: 'canary' },
  artifact: { version: '1.4.0' },
  manifests: [],
  values: [],
  names: { service: { name: 'cart' } },
})

export function workflowOf(...phases: readonly PhaseSketch[]): ResolvedWorkflow {
  const ids = [...new Set(phases.map(phase => phase.release ?? 'cart@eu'))]
  const numbered = (prefix: string, steps: readonly ResolvedStep[]) => steps.map((each, i) => ({ ...each, path: `${prefix}/${i + 1}` }))
  return ResolvedWorkflow.parse({
    format: 1,
    application: 'shop',
    name: 'canary',
    strategy: 'canary',
    service: 'cart',
    releases: ids.map(release),
    phases: phases.map(phase => {
      const id = phase.name.toLowerCase()
      const sections = Object.entries(phase.sections).map(([name, steps]) => ({
        name,
        when: true,
        steps: numbered(`${id}/${name}`, steps),
      }))
      return {
        id,
        name: phase.name,
        release: phase.release ?? 'cart@eu',
        when: true,
        sections,
        rollback: numbered(`${id}/rollback`, phase.rollback ?? []),
      }
    }),
  })
}

const rows = (canary: number) => [
  { to: 'canary', weight: canary },
  { to: 'stable', weight: 100 - canary },
]

/** The workflow of docs: canary, split, a person, split, rollout, delete. */
export function exampleWorkflow(): ResolvedWorkflow {
  return workflowOf(
    {
      name: 'Canary',
      sections: {
        deploy: [step('canaryDeployment', { instances: { percent: 25 }, fixed: false }, { name: 'Canary Deployment' })],
        verify: [
          step('trafficSplit', { rows: rows(10) }, { name: 'Traffic Split 10 %' }),
          step('approval', { groups: ['release-managers'], expires: 7_200_000, onExpiry: 'reject' }, { name: 'Look at the dashboard' }),
          step('trafficSplit', { rows: rows(50) }, { name: 'Traffic Split 50 %' }),
        ],
      },
    },
    {
      name: 'Primary',
      sections: {
        deploy: [step('rolloutDeployment', { traffic: 'auto' }, { name: 'Rollout Deployment' })],
        wrapUp: [step('canaryDelete', {}, { name: 'Canary Delete' })],
      },
    },
  )
}

/** Starts a workflow on a plane, without the HTTP API. */
export async function startWorkflow({ store, engine }: Plane, workflow: ResolvedWorkflow, id = 'k3f9'): Promise<string> {
  const manifests = await store.content.put('[]')
  const definition = await store.content.put(
    JSON.stringify({ workflow, manifests: Object.fromEntries(workflow.releases.map(each => [each.id, manifests])) }),
  )
  await engine.start({
    id,
    program: programName,
    input: { definition, key: 'test', who: 'ada' },
    holds: workflow.releases.map(each => each.id),
  })
  return id
}

/** When the power goes: before the n-th write of the journal reaches the disk, or after it did and before its answer came. */
export interface PowerCut {
  readonly write: number
  readonly when: 'before' | 'after'
}

/** A process' view of a store: from the cut on nothing answers it any more, and nothing it does reaches the store. */
export function cutStore(
  store: EngineStore,
  cut: PowerCut,
): { readonly store: EngineStore; readonly isDead: () => boolean; readonly writes: () => number } {
  let dead = false
  let writes = 0
  const never = new Promise<never>(() => {})
  const guarded = <T extends object>(part: T): T =>
    new Proxy(part, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>
        return async (...args: unknown[]) => {
          if (dead) return never
          if (name !== 'append') return method.apply(target, args)
          dead = ++writes === cut.write
          if (dead && cut.when === 'before') return never
          const answer = await method.apply(target, args)
          return dead ? never : answer
        }
      },
    })
  const proxy: EngineStore = {
    ...store,
    journal: guarded(store.journal),
    tasks: guarded(store.tasks),
    subscribe: listener => store.subscribe(hint => void (dead || listener(hint))),
  }
  return { store: proxy, isDead: () => dead, writes: () => writes }
}
