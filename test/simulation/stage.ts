import type { ApiRequest, ApiResponse, Cluster } from '#delegate/kubernetes/index.ts'
import type { EngineStore, Leased, LeasedRow } from '#control-plane/engine/index.ts'
import { ownIngress, shop } from './application.ts'
import type { Fault, Moment } from './faults.ts'
import { startProcess, type Process } from './process.ts'
import { between, fork, type Script } from './script.ts'
import { wayTo, type Weather } from './way.ts'
import type { World } from './world.ts'

/** A write of the run that the API server took. */
export interface SeenWrite {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly status: number
  readonly process: number
}

type Of<Is extends Fault['is']> = Extract<Fault, { is: Is }>

/** The processes of a run, their way to the cluster, and when troubles come. */
export class Stage {
  readonly world: World
  readonly script: Script
  readonly faults: readonly Fault[]
  readonly writes: SeenWrite[] = []
  readonly processes: Process[] = []
  /** Errors that a process met and does not expect: bugs, unless the world is to blame. */
  readonly troubles: string[] = []
  /** Milliseconds after which the slowest proxy has what was written, while it is connected. */
  readonly late: number
  /** Hears of every write that was taken. */
  onWrite: (request: ApiRequest, answer: ApiResponse) => void = () => undefined
  /** What a pod's metrics page says, where users are only modelled. */
  metrics: (pod: string) => string | undefined = () => undefined
  /** Hears of every task that a process has taken, before it does anything for it. */
  onTask: (task: LeasedRow) => void = () => undefined
  readonly #random
  readonly #watches = new Set<(expired: boolean) => void>()
  readonly #due: { readonly when: Moment; readonly act: () => void }[] = []
  #begun = false
  #over = false
  readonly #late = new WeakSet<ApiRequest>()
  #journalWrites = 0
  /** Writes that were sent, and how many of them were to make something. */
  #sent = { writes: 0, creates: 0 }
  readonly #behindCreate = new Map<Of<'lateCreate'>, () => void>()
  #api: { readonly fault: Of<'api'>; readonly until: number } | undefined
  #cutUntil = { cluster: 0, controlPlane: 0 }
  /** By the process's number: until when it alone does not reach the control plane. */
  readonly #aloneUntil = new Map<number, number>()
  #lag: { readonly by: number; readonly until: number } | undefined
  #held = false
  readonly #killed = new Set<Fault>()

  constructor(world: World, script: Script, faults: readonly Fault[], late: number) {
    this.world = world
    this.script = script
    this.faults = faults
    this.late = late
    this.#random = fork(script.seed, 3)
  }

  of<Is extends Fault['is']>(is: Is): readonly Of<Is>[] {
    return this.faults.filter((fault): fault is Of<Is> => fault.is === is)
  }

  /** From now on writes are counted and troubles may come. */
  begin(): void {
    this.#begun = true
    if (this.of('replica').length > 0) this.start()
  }

  /** Troubles that come at the very beginning. */
  poke(): void {
    this.#pass()
  }

  /** No trouble comes any more: what is under way must come to its end. */
  calm(): void {
    this.#due.length = 0
    this.#over = true
  }

  /** Requests go their way again. */
  heal(): void {
    this.#api = undefined
  }

  /** It was sent long before it landed. */
  hasLandedLate(request: ApiRequest): boolean {
    return this.#late.has(request)
  }

  /** Acts when that create was sent. */
  behindCreate(fault: Of<'lateCreate'>, act: () => void): void {
    this.#behindCreate.set(fault, act)
  }

  at(when: Moment, act: () => void): void {
    if (!this.#over) this.#due.push({ when, act })
  }

  /** A process as they come at first, or after one has died. */
  start(): void {
    const { clock, sandbox } = this.world
    const number = this.processes.length
    const process: Process = startProcess({
      clock,
      store: this.#storeOf(number, () => process.isAlive()),
      seed: this.script.seed * 31 + number,
      cluster: life => wayTo(sandbox.cluster as unknown as Cluster, this.#weather(number), life),
      onTrouble: error => this.troubles.push(String(error)),
    })
    this.processes.push(process)
  }

  /** The last process that lives dies; another one comes after `down` milliseconds. */
  kill(process: Process | undefined, down: number): void {
    if (!process?.isAlive()) return
    process.kill()
    this.world.clock.after(down, () => {
      if (!this.#held) this.start()
    })
  }

  /** Everybody dies, and nobody comes until `release`. */
  killAll(): () => void {
    this.#held = true
    for (const process of this.processes) process.kill()
    return () => {
      this.#held = false
      this.start()
    }
  }

  /** Some process lives and does not stand still. */
  isAwake(): boolean {
    return this.processes.some(each => each.isAwake())
  }

  /** Everybody stands still until `goOn`; connections do not outlive it. */
  freezeAll(): () => void {
    const all = this.processes.filter(each => each.isAlive())
    for (const process of all) process.freeze()
    return () => {
      this.dropWatches(false)
      for (const process of all) process.thaw()
    }
  }

  /** Whoever writes stands still for a time, and then goes on with the cluster without hearing of the control plane: others take its work over. */
  isolate(frozen: number, more: number): void {
    const writer = this.writes.at(-1)?.process
    const process = writer === undefined ? undefined : this.processes[writer]
    if (writer === undefined || !process?.isAlive()) return
    const { clock } = this.world
    this.#aloneUntil.set(writer, clock.now() + frozen + more)
    process.freeze()
    clock.after(frozen, () => process.thaw())
  }

  cut(from: 'cluster' | 'controlPlane', milliseconds: number): void {
    this.#cutUntil[from] = this.world.clock.now() + milliseconds
  }

  setApi(fault: Of<'api'>): void {
    this.#api = { fault, until: this.world.clock.now() + fault.for }
  }

  setLag(by: number, milliseconds: number): void {
    this.#lag = { by, until: this.world.clock.now() + milliseconds }
  }

  dropWatches(expired: boolean): void {
    for (const end of this.#watches) end(expired)
  }

  /** Journal and queue as a process sees them: it may die at one of its writes, and be cut off. */
  #storeOf(number: number, isAlive: () => boolean): EngineStore {
    const { store } = this.world
    const kills = this.of('killAtJournal')
    const never = new Promise<never>(() => {})
    const wrap = <T extends object>(part: T): T =>
      Object.fromEntries(
        Object.entries(part).map(([name, statement]) => [
          name,
          async (...args: unknown[]) => {
            if (this.#isCutOff(number)) throw new Error('the control plane cannot be reached')
            const kill = name === 'append' && this.#begun ? this.#nextJournalWrite(kills) : undefined
            if (kill?.side === 'before') this.killCurrent(kill.down)
            if (!isAlive()) return never
            const answer = await (statement as (...a: unknown[]) => Promise<unknown>)(...args)
            if (name === 'lease') this.#leased(answer as Leased)
            if (kill?.side === 'after') this.killCurrent(kill.down)
            return isAlive() ? answer : never
          },
        ]),
      ) as T
    return { ...store, journal: wrap(store.journal), tasks: wrap(store.tasks) }
  }

  #isCutOff(process: number): boolean {
    return this.world.clock.now() < Math.max(this.#cutUntil.controlPlane, this.#aloneUntil.get(process) ?? 0)
  }

  #leased(leased: Leased): void {
    if (leased.is === 'leased') this.onTask(leased.task)
  }

  #nextJournalWrite(kills: readonly Of<'killAtJournal'>[]): Of<'killAtJournal'> | undefined {
    this.#journalWrites += 1
    return kills.find(({ write }) => write === this.#journalWrites)
  }

  /** Whoever works now dies. */
  killCurrent(down: number): void {
    this.kill(
      this.processes.find(each => each.isAlive()),
      down,
    )
  }

  #weather(process: number): Weather {
    const { clock } = this.world
    const random = fork(this.script.seed, 100 + process)
    const slow = Math.max(120, this.late / 60)
    const kills = this.of('killAtWrite')
    const doubled = this.of('watchDoubled')[0]?.share ?? 0
    return {
      clock,
      latency: () => between(random, 1, 8),
      podLatency: () => Math.round(slow * (0.5 + random())),
      isCut: () => clock.now() < this.#cutUntil.cluster,
      apiTrouble: (request, isWrite) => {
        const aimed = isWrite && this.#begun && !this.#over ? this.#aimedAt(request) : undefined
        if (aimed) return fenced(aimed, request)
        const api = this.#api
        if (!api || clock.now() >= api.until || random() >= api.fault.share) return undefined
        return fenced({ how: api.fault.how, lands: api.fault.lands }, request)
      },
      watchLag: () => (this.#lag && clock.now() < this.#lag.until ? Math.round(random() * this.#lag.by) : 0),
      isOver: () => this.#over,
      landsLate: request => this.#late.add(request),
      metrics: pod => this.metrics(pod),
      isDoubled: () => doubled > 0 && random() < doubled,
      watchOpened: end => {
        this.#watches.add(end)
        return () => this.#watches.delete(end)
      },
      beforeWrite: () => {
        if (!this.#begun) return
        const kill = kills.find(({ write, side }) => write === this.writes.length + 1 && side === 'before')
        if (kill) this.#killOnce(kill, process)
      },
      afterWrite: (request, answer) => {
        if (!this.#begun) return
        this.writes.push({ at: clock.now(), method: request.method, path: request.path, status: answer.status, process })
        if (answer.status < 300) this.onWrite(request, answer)
        const kill = kills.find(({ write, side }) => write === this.writes.length && side === 'after')
        if (kill) this.#killOnce(kill, process)
        this.#pass()
      },
    }
  }

  /** What is to happen to this very write. */
  #aimedAt({ method }: ApiRequest): ReturnType<Weather['apiTrouble']> {
    const isCreate = method === 'POST'
    const [writes, creates] = [this.#sent.writes + 1, this.#sent.creates + (isCreate ? 1 : 0)]
    this.#sent = { writes, creates }
    const late = isCreate ? this.of('lateCreate').find(({ create }) => create === creates) : undefined
    if (!late) return this.of('answer').find(({ write }) => write === writes)
    this.#behindCreate.get(late)?.()
    return { how: 'late', lands: late.lands }
  }

  /** The write before which a process died is not counted: its next try must not be its death again. */
  #killOnce(kill: Of<'killAtWrite'>, number: number): void {
    if (this.#killed.has(kill)) return
    this.#killed.add(kill)
    this.kill(this.processes[number], kill.down)
  }

  /** Troubles whose moment has come. */
  #pass(): void {
    const count = this.writes.length
    const due = this.#due.filter(({ when }) => when.write <= count)
    for (const each of due) {
      this.#due.splice(this.#due.indexOf(each), 1)
      this.world.clock.after(each.when.delay, each.act)
    }
  }

  /** The pods of the application that are there now, of one side. */
  podsOf(side: 'stable' | 'canary'): readonly { readonly namespace: string; readonly name: string }[] {
    const all = this.world.sandbox.apiServer.objects.list('pods', shop)
    return all
      .filter(({ metadata }) => (metadata.labels?.['sluice.dev/track'] === 'canary') === (side === 'canary') && !metadata.deletionTimestamp)
      .map(({ metadata }) => ({ namespace: shop, name: metadata.name }))
  }

  /** One of these numbers, by the stage's own chance. */
  pick(most: number): number {
    return between(this.#random, 0, most)
  }
}

/**
 * What a user's own file makes bears no mark of ours: nothing can fence it where it lands behind the way back, and lead users to a stage that goes.
 * That is outside the promise, so such a request is lost for good.
 */
function fenced(trouble: Trouble, { path, body }: ApiRequest): Trouble {
  const isOwn = path.includes('/ingresses') && (path.includes(`/${ownIngress}`) || JSON.stringify(body ?? '').includes(`"${ownIngress}"`))
  return trouble.how === 'late' && isOwn ? { ...trouble, how: 'lostRequest' } : trouble
}

type Trouble = NonNullable<ReturnType<Weather['apiTrouble']>>
