// 1. An address belongs to one pod for as long as the runtime lives: a dead pod's address refuses, it never answers for another.
// 2. A pod whose process has ended answers nothing, whatever its object says.
import { seededRandom, type Clock, type KubernetesObject, type Random } from '#base/index.ts'
import { application } from './application.ts'
import { behaviourOf, imageOf, imageTag, type Behaviour } from './behaviour.ts'
import { NoAnswer, type Address, type HttpAnswer, type HttpRequest } from './http.ts'
import { openCall, type Line, type OpenLine, type Program } from './line.ts'
import { openSocket } from './socket-line.ts'

/** Chooses what runs in a pod; undefined: the sandbox's application. */
export type ProgramFor = (pod: KubernetesObject, ip: string) => Program | undefined

/** What a kubelet needs to hear: a process that ended by itself, or one whose readiness was switched. */
export interface PodNews {
  readonly type: 'exited' | 'disturbed'
  readonly uid: string
}

/** The processes of all pods, and the network between them. */
export interface PodRuntime {
  /** Starts the process of a pod under an address nobody has had before. Resolves when it listens. */
  start(pod: KubernetesObject, ip: string): Promise<void>
  /** SIGTERM: the process ends as its behaviour says, and is killed after `grace` milliseconds. Resolves when it has ended. */
  stop(uid: string, grace: number): Promise<void>
  /** Ends a process without warning, as an error of its own. */
  crash(uid: string): void
  /** Speaks HTTP to an address. Rejects with NoAnswer. */
  send(to: Address, request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer>
  /** Resolves when the program of a running pod can take requests; at once for a pod that does not run. */
  ready(uid: string): Promise<void>
  behaviour(pod: KubernetesObject): Behaviour
  /** Changes how the pods that `which` selects behave, those that start later included. */
  disturb(which: (pod: KubernetesObject) => boolean, change: Partial<Behaviour>): void
  onNews(listener: (news: PodNews) => void): void
  /** Ends every process. */
  close(): void
}

interface RuntimeOptions {
  readonly clock: Clock
  readonly random: Random
  readonly usual: Behaviour
  /** `sockets`: every application is a real HTTP server on loopback. `calls`: plain functions, for virtual time. */
  readonly transport: 'sockets' | 'calls'
  readonly programFor: ProgramFor
}

interface Running {
  readonly pod: KubernetesObject
  readonly program: Program
  readonly line: Line
  readonly ip: string
  readonly cancelCrash: () => void
}

interface Disturbance {
  readonly which: (pod: KubernetesObject) => boolean
  readonly change: Partial<Behaviour>
}

export function createPodRuntime(options: RuntimeOptions): PodRuntime {
  const running = new Map<string, Running>()
  const byIp = new Map<string, Running>()
  const disturbances: Disturbance[] = []
  const listeners: ((news: PodNews) => void)[] = []
  const tell = (news: PodNews): void => listeners.forEach(listener => listener(news))

  const behaviour = (pod: KubernetesObject): Behaviour =>
    disturbances
      .filter(({ which }) => which(pod))
      .reduce((sofar, { change }) => ({ ...sofar, ...change }), behaviourOf(pod, options.usual))

  const disturb: PodRuntime['disturb'] = (which, change) => {
    disturbances.push({ which, change })
    for (const { pod } of running.values()) if (which(pod)) tell({ type: 'disturbed', uid: uidOf(pod) })
  }

  const gone = (uid: string): void => {
    const one = running.get(uid)
    if (!one) return
    running.delete(uid)
    byIp.delete(one.ip)
    one.cancelCrash()
    one.program.end?.()
  }

  const crash = (uid: string): void => {
    const one = running.get(uid)
    if (!one) return
    one.line.cut()
    gone(uid)
    tell({ type: 'exited', uid })
  }

  return {
    async start(pod, ip) {
      const uid = uidOf(pod)
      const special = options.programFor(pod, ip)
      const program = special ?? newApplication(pod, { ...options, behaviour: () => behaviour(pod), disturb: change => disturb(same(uid), change) })
      const open: OpenLine = !special && options.transport === 'sockets' ? openSocket : openCall
      const line = await open(program, ip)
      const after = behaviour(pod).crashesAfter
      const cancelCrash = after === undefined ? () => {} : options.clock.after(after, () => crash(uid))
      const one: Running = { pod, program, line, ip, cancelCrash }
      running.set(uid, one)
      byIp.set(ip, one)
    },
    async stop(uid, grace) {
      const one = running.get(uid)
      if (!one) return
      if (behaviour(one.pod).stops === 'gracefully') await drained(one.line, options.clock, grace)
      one.line.cut()
      gone(uid)
    },
    crash,
    send(to, request, signal) {
      const one = byIp.get(to.ip)
      return one ? one.line.send(request, to.port, signal) : Promise.reject(new NoAnswer(to, 'refused'))
    },
    ready: uid => running.get(uid)?.program.ready?.() ?? Promise.resolve(),
    behaviour,
    disturb,
    onNews: listener => void listeners.push(listener),
    close() {
      for (const [uid, { line }] of running) {
        line.cut()
        gone(uid)
      }
    },
  }
}

function newApplication(
  pod: KubernetesObject,
  life: { clock: Clock; random: Random; behaviour: () => Behaviour; disturb: (change: Partial<Behaviour>) => void },
): Program {
  const { name, labels } = pod.metadata
  const identity = { app: labels?.['app'] ?? labels?.['app.kubernetes.io/name'] ?? name, version: imageTag(imageOf(pod)), pod: name }
  // A generator of its own: what one pod is asked must not change what another one answers.
  return application(identity, { ...life, random: seededRandom(Math.floor(life.random() * 2 ** 32)) })
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

function same(uid: string): (pod: KubernetesObject) => boolean {
  return pod => pod.metadata.uid === uid
}
