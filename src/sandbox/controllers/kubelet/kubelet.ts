import { equal } from '#sandbox/api-server/index.ts'
// 1. One life per pod uid. A life only ever goes forward: unscheduled, starting, running (again after each exit), stopping, gone.
// 2. The pod's object is written from the life's facts, never the other way round.
import type { Clock } from '#base/index.ts'
import type { Behaviour, PodRuntime } from '#sandbox/pods/index.ts'
import type { Objects } from '../objects.ts'
import type { Pod } from '../shapes.ts'
import { podStatus, unschedulable, type ContainerState } from './pod-status.ts'
import type { Registry } from './registry.ts'
import { graceOf, preStopOf } from './termination.ts'

export interface KubeletOptions {
  readonly objects: Objects
  readonly clock: Clock
  readonly runtime: PodRuntime
  readonly registry: Registry
  /** Name and address of the one node. */
  readonly node: { readonly name: string; readonly ip: string }
  /** How many pods the node takes; those beyond stay unscheduled. */
  readonly capacity: () => number
  /** Milliseconds from the object to the start of its container. */
  readonly startDelay: () => number
}

interface Life {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  stage: 'unscheduled' | 'starting' | 'running' | 'stopping'
  ip: string | undefined
  startedAt: number | undefined
  /** Its object is being deleted. */
  stopping: boolean
  restarts: number
  container: ContainerState
  lastEnd?: ContainerState & { readonly is: 'ended' }
  readonly timers: Set<() => void>
}

/** Kubernetes' back-off: at once, then 10 s, doubled each time, at most 5 minutes. */
const backOff = (restarts: number): number => (restarts <= 1 ? 0 : Math.min(10_000 * 2 ** (restarts - 2), 300_000))
/** Milliseconds between two tries to pull an image. */
const pullAgain = 10_000
const firstPullAgain = 1000
/** How long a container of a pod that does not restart (a Job's) runs. */
const errand = 1000

/** Scheduler and kubelet in one. */
export class Kubelet {
  readonly #options: KubeletOptions
  readonly #lives = new Map<string, Life>()
  readonly #unsubscribe: () => void
  #addresses = 0

  constructor(options: KubeletOptions) {
    this.#options = options
    this.#unsubscribe = options.objects.subscribe('pods', ({ type, object }) => this.#changed(type, object as Pod))
    options.runtime.onNews(({ type, uid }) => {
      const life = this.#lives.get(uid)
      if (life && type === 'exited') this.#exited(life)
      else if (life) this.#level(life)
    })
  }

  stop(): void {
    this.#unsubscribe()
    for (const life of this.#lives.values()) life.timers.forEach(cancel => cancel())
    this.#lives.clear()
  }

  /** Pods that found no room try again: a place on the node may have become free. */
  lookForRoom(): void {
    for (const waiting of this.#lives.values()) if (waiting.stage === 'unscheduled') this.#after(waiting, 0, () => this.#schedule(waiting))
  }

  #changed(type: string, pod: Pod): void {
    const uid = pod.metadata.uid ?? ''
    if (type === 'DELETED') return this.#forget(uid)
    if (pod.spec?.nodeName && pod.spec.nodeName !== this.#options.node.name) return
    this.#options.runtime.refresh(pod)
    const known = this.#lives.get(uid)
    const life = known ?? newLife(pod)
    if (!known) {
      this.#lives.set(uid, life)
      this.#after(life, 0, () => this.#schedule(life))
    }
    if (pod.metadata.deletionTimestamp) this.#stop(life, pod)
  }

  #schedule(life: Life): void {
    const { objects, capacity, node, startDelay, clock } = this.#options
    const pod = this.#current(life)
    if (!pod || life.stage !== 'unscheduled') return
    const placed = [...this.#lives.values()].filter(({ stage }) => stage !== 'unscheduled').length
    if (placed >= capacity()) return this.#put(pod, unschedulable(pod, '0/1 nodes are available: 1 Too many pods.', clock.now()))
    life.stage = 'starting'
    life.startedAt = clock.now()
    objects.replace('pods', { ...pod, spec: { ...pod.spec, nodeName: node.name } })
    this.#write(life, { is: 'waiting', reason: 'ContainerCreating' })
    this.#after(life, startDelay(), () => void this.#start(life))
  }

  async #start(life: Life): Promise<void> {
    const { runtime, clock } = this.#options
    const pod = this.#current(life)
    if (!pod || life.stage === 'stopping') return
    if (!runtime.behaviour(pod).pulls) return this.#pullFailed(life, pod)
    life.ip ??= addressOf(++this.#addresses)
    await runtime.start(pod, life.ip)
    if (life.stage !== 'starting' || !this.#lives.has(life.uid)) return runtime.stop(life.uid, 0)
    life.stage = 'running'
    this.#write(life, { is: 'running', since: clock.now(), ready: false })
    if (isErrand(pod)) this.#after(life, errand, () => void this.#finish(life))
    void runtime.ready(life.uid).then(() => this.#level(life))
  }

  #pullFailed(life: Life, pod: Pod): void {
    const image = pod.spec.containers?.[0]?.image ?? ''
    const first = life.container.is !== 'waiting' || !life.container.reason.includes('Image')
    const message = first ? `failed to pull and unpack image "${image}": not found` : `Back-off pulling image "${image}"`
    this.#write(life, { is: 'waiting', reason: first ? 'ErrImagePull' : 'ImagePullBackOff', message })
    this.#after(life, first ? firstPullAgain : pullAgain, () => void this.#start(life))
  }

  /** Brings the readiness of a running container to what its behaviour says, now or when its time has come. */
  #level(life: Life): void {
    const { runtime, clock } = this.#options
    const pod = this.#current(life)
    if (!pod || life.stage !== 'running' || life.container.is !== 'running') return
    const { since } = life.container
    const wait = untilReady(runtime.behaviour(pod), clock.now() - since)
    this.#write(life, { is: 'running', since, ready: wait === 0 })
    if (wait !== undefined && wait > 0) this.#after(life, wait, () => this.#level(life))
  }

  #exited(life: Life): void {
    if (life.stage === 'stopping') return
    const now = this.#options.clock.now()
    const since = life.container.is === 'running' ? life.container.since : now
    const end = { is: 'ended', since, at: now, exitCode: 1 } as const
    if (this.#current(life)?.spec['restartPolicy'] === 'Never') return this.#write(life, end)
    life.restarts += 1
    life.lastEnd = end
    life.stage = 'starting'
    this.#write(life, { is: 'waiting', reason: 'CrashLoopBackOff', message: `back-off restarting failed container of pod ${life.name}` })
    this.#after(life, backOff(life.restarts), () => void this.#start(life))
  }

  async #finish(life: Life): Promise<void> {
    if (life.stage !== 'running' || life.container.is !== 'running') return
    const { since } = life.container
    life.stage = 'stopping'
    await this.#options.runtime.stop(life.uid, 0)
    this.#write(life, { is: 'ended', since, at: this.#options.clock.now(), exitCode: 0 })
  }

  #stop(life: Life, pod: Pod): void {
    if (life.stopping) return
    const runs = life.stage === 'running'
    life.stopping = true
    life.stage = 'stopping'
    life.timers.forEach(cancel => cancel())
    const grace = graceOf(pod)
    const hook = runs ? Math.min(preStopOf(pod), grace) : 0
    this.#after(life, hook, () => {
      void this.#options.runtime.stop(life.uid, grace - hook).then(() => {
        if (this.#current(life)) this.#options.objects.remove('pods', life.namespace, life.name, { grace: 0, uid: life.uid })
      })
    })
  }

  #forget(uid: string): void {
    const life = this.#lives.get(uid)
    if (!life) return
    this.#lives.delete(uid)
    life.timers.forEach(cancel => cancel())
    void this.#options.runtime.stop(uid, 0)
    this.lookForRoom()
  }

  #current(life: Life): Pod | undefined {
    const pod = this.#options.objects.get('pods', life.namespace, life.name) as Pod | undefined
    return pod?.metadata.uid === life.uid ? pod : undefined
  }

  #write(life: Life, container: ContainerState): void {
    const { node, registry, clock } = this.#options
    life.container = container
    const pod = this.#current(life)
    if (pod) this.#put(pod, podStatus(pod, { ...life, hostIp: node.ip, imageId: registry.imageId }, clock.now()))
  }

  #put(pod: Pod, status: NonNullable<Pod['status']>): void {
    if (!equal(status, pod.status ?? {})) this.#options.objects.replace('pods', { ...pod, status }, 'status')
  }

  #after(life: Life, delay: number, act: () => void): void {
    const cancel = this.#options.clock.after(delay, () => {
      life.timers.delete(cancel)
      act()
    })
    life.timers.add(cancel)
  }
}

/** A pod whose containers are to end by themselves, as a Job's. */
function isErrand(pod: Pod): boolean {
  return pod.spec['restartPolicy'] === 'Never' || pod.spec['restartPolicy'] === 'OnFailure'
}

function newLife(pod: Pod): Life {
  const { uid = '', namespace = '', name } = pod.metadata
  return {
    uid,
    namespace,
    name,
    stage: 'unscheduled',
    ip: undefined,
    startedAt: undefined,
    stopping: false,
    restarts: 0,
    container: { is: 'waiting', reason: 'ContainerCreating' },
    timers: new Set(),
  }
}

/** Milliseconds until a container that has run for `running` is ready; undefined: it will not be. */
function untilReady({ readyAfter }: Behaviour, running: number): number | undefined {
  return readyAfter === 'never' ? undefined : Math.max(0, readyAfter - running)
}

/** The n-th address of the pod network. */
function addressOf(n: number): string {
  return `10.244.${n >> 8}.${n & 255}`
}
