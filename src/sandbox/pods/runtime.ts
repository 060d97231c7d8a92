// 1. An address belongs to one pod for as long as the runtime lives: a dead pod's address refuses, it never answers for another.
// 2. A pod whose process has ended answers nothing, whatever its object says.
import { seededRandom, type Clock, type KubernetesObject, type Random } from '#base/index.ts'
import { application } from './application.ts'
import { behaviourOf, type Behaviour } from './behaviour.ts'
import { NoAnswer, type Address, type HttpAnswer, type HttpRequest } from './http.ts'
import { openCall, type Line, type Program } from './line.ts'
import { imageOf, imageTag } from './pod-object.ts'
import { openSocket } from './socket-line.ts'

/** Chooses what runs in a pod; undefined: the sandbox's application. */
export type ProgramFor = (pod: KubernetesObject, ip: string) => Program | undefined

/** What a kubelet needs to hear: a process that ended by itself, or one whose behaviour was switched. */
export interface PodNews {
  readonly type: 'exited' | 'disturbed'
  readonly uid: string
}

export interface RuntimeOptions {
  readonly clock: Clock
  readonly random: Random
  readonly usual: Behaviour
  /** `sockets`: every application is a real HTTP server on loopback. `calls`: plain functions, for virtual time. */
  readonly transport: 'sockets' | 'calls'
  readonly programFor: ProgramFor
}

interface Running {
  pod: KubernetesObject
  readonly program: Program
  readonly line: Line
  readonly ip: string
  /** Worked out once: it is asked for with every request. */
  behaviour: Behaviour
  readonly cancelCrash: () => void
}

interface Disturbance {
  readonly which: (pod: KubernetesObject) => boolean
  readonly change: Partial<Behaviour>
}

/** The processes of all pods, and the network between them. */
export class PodRuntime {
  readonly #options: RuntimeOptions
  readonly #running = new Map<string, Running>()
  readonly #byIp = new Map<string, Running>()
  readonly #disturbances: Disturbance[] = []
  readonly #listeners: ((news: PodNews) => void)[] = []

  constructor(options: RuntimeOptions) {
    this.#options = options
  }

  /** Starts the process of a pod under an address nobody has had before. Resolves when it listens. */
  async start(pod: KubernetesObject, ip: string): Promise<void> {
    const { programFor, transport, clock } = this.#options
    const uid = uidOf(pod)
    const special = programFor(pod, ip)
    const program = special ?? this.#application(pod)
    const open = !special && transport === 'sockets' ? openSocket : openCall
    const line = await open(program, ip)
    const behaviour = this.behaviour(pod)
    const after = behaviour.crashesAfter
    const cancelCrash = after === undefined ? () => {} : clock.after(after, () => this.crash(uid))
    const one: Running = { pod, program, line, ip, behaviour, cancelCrash }
    this.#running.set(uid, one)
    this.#byIp.set(ip, one)
  }

  /** SIGTERM: the process ends as its behaviour says, and is killed after `grace` milliseconds. Resolves when it has ended. */
  async stop(uid: string, grace: number): Promise<void> {
    const one = this.#running.get(uid)
    if (!one) return
    if (this.behaviour(one.pod).stops === 'gracefully') await drained(one.line, this.#options.clock, grace)
    this.#end(uid)
  }

  /** Ends a process without warning, as an error of its own. */
  crash(uid: string): void {
    if (this.#end(uid)) this.#tell({ type: 'exited', uid })
  }

  /** Speaks HTTP to an address. Rejects with NoAnswer. */
  send(to: Address, request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> {
    const one = this.#byIp.get(to.ip)
    return one ? one.line.send(request, to.port, signal) : Promise.reject(new NoAnswer(to, 'refused'))
  }

  /** Whether a process listens at this address. */
  listens(ip: string): boolean {
    return this.#byIp.has(ip)
  }

  /** Resolves when the program of a running pod can take requests; at once for a pod that does not run. */
  ready(uid: string): Promise<void> {
    return this.#running.get(uid)?.program.ready?.() ?? Promise.resolve()
  }

  /** How a pod behaves now. */
  behaviour(pod: KubernetesObject): Behaviour {
    return this.#running.get(uidOf(pod))?.behaviour ?? this.#workOut(pod)
  }

  #workOut(pod: KubernetesObject): Behaviour {
    return this.#disturbances
      .filter(({ which }) => which(pod))
      .reduce((sofar, { change }) => ({ ...sofar, ...change }), behaviourOf(pod, this.#options.usual))
  }

  /** Changes how the pods that `which` selects behave, those that start later included. */
  disturb(which: (pod: KubernetesObject) => boolean, change: Partial<Behaviour>): void {
    this.#disturbances.push({ which, change })
    for (const one of this.#running.values()) {
      if (!which(one.pod)) continue
      one.behaviour = this.#workOut(one.pod)
      this.#tell({ type: 'disturbed', uid: uidOf(one.pod) })
    }
  }

  /** Takes note of a pod's object as it is now: its annotations may tell another behaviour. */
  refresh(pod: KubernetesObject): void {
    const one = this.#running.get(uidOf(pod))
    if (!one || JSON.stringify(one.pod.metadata.annotations) === JSON.stringify(pod.metadata.annotations)) return
    one.pod = pod
    one.behaviour = this.#workOut(pod)
    this.#tell({ type: 'disturbed', uid: uidOf(pod) })
  }

  onNews(listener: (news: PodNews) => void): void {
    this.#listeners.push(listener)
  }

  /** Ends every process. */
  close(): void {
    for (const uid of this.#running.keys()) this.#end(uid)
  }

  #application(pod: KubernetesObject): Program {
    const { clock, random } = this.#options
    const { name, labels } = pod.metadata
    const uid = uidOf(pod)
    const identity = { app: labels?.['app'] ?? labels?.['app.kubernetes.io/name'] ?? name, version: imageTag(imageOf(pod)), pod: name }
    return application(identity, {
      clock,
      since: clock.now(),
      // A generator of its own: what one pod is asked must not change what another one answers.
      random: seededRandom(Math.floor(random() * 2 ** 32)),
      behaviour: () => this.behaviour(pod),
      disturb: change => this.disturb(other => uidOf(other) === uid, change),
    })
  }

  #end(uid: string): boolean {
    const one = this.#running.get(uid)
    if (!one) return false
    this.#running.delete(uid)
    this.#byIp.delete(one.ip)
    one.cancelCrash()
    one.line.cut()
    one.program.end?.()
    return true
  }

  #tell(news: PodNews): void {
    for (const listener of this.#listeners) listener(news)
  }
}

function drained(line: Line, clock: Clock, grace: number): Promise<void> {
  return new Promise(resolve => {
    const cancel = clock.after(grace, resolve)
    void line.drain().then(() => (cancel(), resolve()))
  })
}

function uidOf(pod: KubernetesObject): string {
  return pod.metadata.uid ?? ''
}
