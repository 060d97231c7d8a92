import { createHash } from 'node:crypto'
import { Failure, seededRandom, type KubernetesObject } from '#base/index.ts'
import { openEngine, type Engine, type EngineStore } from '#control-plane/engine/index.ts'
import {
  driftView,
  executionView,
  logLines,
  openSights,
  orderOf,
  programName,
  startExecution,
  trafficReport,
  workflowProgram,
} from '#control-plane/executions/index.ts'
import { createApi } from '#control-plane/http/index.ts'
import { memoryStore } from '#control-plane/store/index.ts'
import { openTaskSource } from '#control-plane/tasks/index.ts'
import { viewOfStore } from '#control-plane/engine/simulation/fault.contract.ts'
import { freezableClock } from '#control-plane/engine/simulation/process.contract.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { isWrite } from './deadly.ts'
import { openDelegate } from '#delegate/main.ts'
import type { ResolvedWorkflow } from '#model/workflow/index.ts'
import {
  ExecutionStarted,
  FailureRecord,
  type Command,
  type DriftView,
  type TrafficReport,
  type ExecutionView,
  type StartExecution,
} from '#protocol/http/index.ts'
import type { CartWorld } from './cart-world.ts'

/** Control plane and delegate as a host joins them, on the clock and the cluster of a world: closed, killed and opened again at will. */
export class ControlPlane {
  readonly store: EngineStore
  readonly #world: CartWorld
  readonly #engine: Engine
  /** It is gone at once: nothing that it asks is answered any more, and none of its timers fires. */
  readonly kill: () => void
  readonly #close: () => Promise<void>

  /** `wrote`: called behind every write to the cluster that was made. */
  constructor(world: CartWorld, store: EngineStore = memoryStore(world.clock), wrote: () => void = () => undefined) {
    const clock = freezableClock(world.clock)
    const own = viewOfStore(store)
    let isAlive = true
    this.store = store
    this.#world = world
    this.#engine = openEngine({ store: own.store, clock, programs: { [programName]: workflowProgram(store.content) } })
    const source = openTaskSource({ store: own.store, clock, lease: 10_000 })
    const mortal = mortalWay(world.sandbox.cluster as unknown as Cluster, () => isAlive, wrote)
    const cluster = () => Promise.resolve(mortal)
    const delegate = openDelegate({
      name: 'embedded',
      selectors: 'every',
      source,
      clock,
      random: seededRandom(7),
      cluster,
      fetch: world.fetch,
    })
    this.kill = () => {
      isAlive = false
      own.kill()
      clock.stop()
    }
    this.#close = async () => {
      if (!isAlive) return
      await delegate.close()
      source.close()
      await this.#engine.close()
    }
  }

  /** Hands a run in, as the API does: `more` is what a client may say beside it, `applied` what apply steps apply, by their paths. */
  async start(
    workflow: ResolvedWorkflow,
    version: string,
    more: Partial<StartExecution> = {},
    applied: Readonly<Record<string, readonly KubernetesObject[]>> = {},
    objects: readonly KubernetesObject[] = this.#world.rendered(version).objects as readonly KubernetesObject[],
  ): Promise<string> {
    const text = JSON.stringify({ objects, versioned: [] })
    const { content, journal } = this.store
    const starter = { content, start: this.#engine.start, row: async (id: string) => (await journal.load(id))?.row, doing: async () => '' }
    const pinned = [
      ...workflow.releases.map(({ id }) => [id, text] as const),
      ...Object.entries(applied).map(([path, objects]) => [path, JSON.stringify(objects)] as const),
    ]
    const manifests = Object.fromEntries(pinned.map(([key, each]) => [key, sha256(each)]))
    const contents = Object.fromEntries(pinned.map(([, each]) => [sha256(each), each]))
    const request = { key: 'test', workflow, manifests, contents, who: 'ada', ...more }
    return (await this.#world.clock.runUntil(startExecution(starter, request))).id
  }

  /** By the HTTP API: the release that ran before. */
  async rollback(service: string, key: string, namespace?: string): Promise<ExecutionStarted> {
    const { store } = this
    const host = { view: () => Promise.reject(new Error('there is no host')), stop: () => undefined }
    const api = createApi({ store, engine: this.#engine, clock: this.#world.clock, host })
    const body = JSON.stringify({ key, service, namespace, who: 'ada' })
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    const response = await this.#world.clock.runUntil(Promise.resolve(api.request('/rollbacks', request)))
    const answer: unknown = await response.json()
    if (!response.ok) throw new Failure(FailureRecord.parse(answer))
    return ExecutionStarted.parse(answer)
  }

  view(id: string): Promise<ExecutionView> {
    return this.#world.clock.runUntil(this.#view(id))
  }

  async report(id: string): Promise<TrafficReport> {
    const sight = await openSights(this.store, this.#world.clock).read(id)
    if (!sight) throw new Error(`no execution ${id}`)
    return trafficReport(sight)
  }

  async drift(id: string): Promise<DriftView> {
    const sight = await openSights(this.store, this.#world.clock).read(id)
    if (!sight) throw new Error(`no execution ${id}`)
    return driftView(sight)
  }

  /** What people read of it, line by line. */
  async log(id: string): Promise<readonly string[]> {
    const sight = await openSights(this.store, this.#world.clock).read(id)
    return sight ? logLines(sight).map(({ says }) => says) : []
  }

  async command(id: string, command: Command): Promise<void> {
    const sight = await openSights(this.store, this.#world.clock).toCommand(id)
    if (sight) for (const message of orderOf(sight, command).messages) await this.#engine.deliver(id, message)
  }

  /** Moves time until the view is as asked; fails when the execution ends before. */
  async until(id: string, holds: (view: ExecutionView) => boolean): Promise<ExecutionView> {
    for (;;) {
      const view = await this.view(id)
      if (holds(view)) return view
      if (view.ended !== undefined) throw new Error(`execution ${id} ended ${view.status}: ${view.says}`)
      await this.#world.clock.advance(100)
    }
  }

  async close(): Promise<void> {
    await this.#world.clock.runUntil(this.#close())
  }

  async #view(id: string): Promise<ExecutionView> {
    const sight = await openSights(this.store, this.#world.clock).read(id)
    if (!sight) throw new Error(`no execution ${id}`)
    return executionView(sight)
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The cluster as one process sees it. Whoever is dead is never answered. */
function mortalWay(cluster: Cluster, isAlive: () => boolean, wrote: () => void): Cluster {
  const never = new Promise<never>(() => {})
  return {
    ...cluster,
    async request(request, signal) {
      if (!isAlive()) return never
      const answer = await cluster.request(request, signal)
      if (isWrite(request) && answer.status < 300) wrote()
      return isAlive() ? answer : never
    },
    watch: async function* (path, signal) {
      for await (const event of cluster.watch(path, signal)) {
        if (!isAlive()) return await never
        yield event
      }
    },
  }
}
