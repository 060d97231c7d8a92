// 1. One life per pod uid. A life only ever goes forward: unscheduled, starting, running (again after each exit), stopping, gone.
// 2. The pod's object is written from the life's facts, never the other way round.
import type { Clock, Random } from '#base/index.ts'
import type { Behaviour, PodRuntime } from '#sandbox/pods/index.ts'
import type { Objects } from '../objects.ts'
import { canonical } from '../pod-template.ts'
import type { Pod } from '../shapes.ts'
import { podStatus, unschedulable, type ContainerState } from './pod-status.ts'
import type { Registry } from './registry.ts'
import { graceOf, preStopOf } from './termination.ts'

export interface KubeletOptions {
  readonly objects: Objects
  readonly clock: Clock
  readonly random: Random
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
  restarts: number
  container: ContainerState
  lastEnd?: ContainerState & { readonly is: 'ended' }
  readonly timers: Set<() => void>
}

/** Kubernetes' back-off: at once, then 10 s, doubled each time, at most 5 minutes. */
const backOff = (restarts: number): number => (restarts <= 1 ? 0 : Math.min(10_000 * 2 ** (restarts - 2), 300_000))
/** Milliseconds between two tries to pull an image. */
const pullAgain = 10_000
/** How long a container of a pod that does not restart (a Job's) runs. */
const errand = 1000

/** Scheduler and kubelet in one. */
export interface Kubelet {
  stop(): void
}

export function startKubelet(options: KubeletOptions): Kubelet {
  const lives = new Map<string, Life>()
  const { objects, clock, runtime } = options
  let addresses = 0

  const current = (life: Life): Pod | undefined => {
    const pod = objects.get('pods', life.namespace, life.name) as Pod | undefined
    return pod?.metadata.uid === life.uid ? pod : undefined
  }
  const after = (life: Life, delay: number, act: () => void): void => {
    const cancel = clock.after(delay, () => {
      life.timers.delete(cancel)
      act()
    })
    life.timers.add(cancel)
  }
  const write = (life: Life, container: ContainerState): void => {
    life.container = container
    const pod = current(life)
    if (!pod) return
    const facts = { ...life, hostIp: options.node.ip, imageId: options.registry.imageId }
    const status = podStatus(pod, facts, clock.now())
    if (canonical(status) !== canonical(pod.status ?? {})) objects.replace('pods', { ...pod, status }, 'status')
  }

  const schedule = (life: Life): void => {
    const pod = current(life)
    if (!pod || life.stage !== 'unscheduled') return
    const placed = [...lives.values()].filter(({ stage }) => stage !== 'unscheduled').length
    if (placed >= options.capacity()) {
      const status = unschedulable(pod, '0/1 nodes are available: 1 Too many pods.', clock.now())
      if (canonical(status) !== canonical(pod.status ?? {})) objects.replace('pods', { ...pod, status }, 'status')
      return
    }
    life.stage = 'starting'
    life.startedAt = clock.now()
    objects.replace('pods', { ...pod, spec: { ...pod.spec, nodeName: options.node.name } })
    write(life, { is: 'waiting', reason: 'ContainerCreating' })
    after(life, options.startDelay(), () => void start(life))
  }

  const start = async (life: Life): Promise<void> => {
    const pod = current(life)
    if (!pod || life.stage === 'stopping') return
    if (!runtime.behaviour(pod).pulls) return pullFailed(life, pod)
    life.ip ??= addressOf(++addresses)
    const { ip } = life
    await runtime.start(pod, ip)
    if ((life.stage as string) === 'stopping' || !lives.has(life.uid)) return runtime.stop(life.uid, 0)
    life.stage = 'running'
    const since = clock.now()
    write(life, { is: 'running', since, ready: false })
    if (pod.spec['restartPolicy'] === 'Never' || pod.spec['restartPolicy'] === 'OnFailure') after(life, errand, () => void finish(life))
    void runtime.ready(life.uid).then(() => readiness(life))
  }

  const pullFailed = (life: Life, pod: Pod): void => {
    const image = pod.spec.containers?.[0]?.image ?? ''
    const first = life.container.is !== 'waiting' || !life.container.reason.includes('Image')
    const message = first ? `failed to pull and unpack image "${image}": not found` : `Back-off pulling image "${image}"`
    write(life, { is: 'waiting', reason: first ? 'ErrImagePull' : 'ImagePullBackOff', message })
    after(life, first ? Math.min(1000, pullAgain) : pullAgain, () => void start(life))
  }

  /** Brings the readiness of a running container up to its behaviour, now or when its time has come. */
  const readiness = (life: Life): void => {
    const pod = current(life)
    if (!pod || life.stage !== 'running' || life.container.is !== 'running') return
    const { since } = life.container
    const wait = untilReady(runtime.behaviour(pod), clock.now() - since)
    if (wait === 0 || wait === undefined) return write(life, { is: 'running', since, ready: wait === 0 })
    write(life, { is: 'running', since, ready: false })
    after(life, wait, () => readiness(life))
  }

  const exited = (life: Life): void => {
    if (life.stage === 'stopping') return
    const now = clock.now()
    const since = life.container.is === 'running' ? life.container.since : now
    const end = { is: 'ended', since, at: now, exitCode: 1 } as const
    if (current(life)?.spec['restartPolicy'] === 'Never') return write(life, end)
    life.restarts += 1
    life.lastEnd = end
    life.stage = 'starting'
    write(life, { is: 'waiting', reason: 'CrashLoopBackOff', message: `back-off restarting failed container of pod ${life.name}` })
    after(life, backOff(life.restarts), () => void start(life))
  }

  const finish = async (life: Life): Promise<void> => {
    if (life.stage !== 'running') return
    life.stage = 'stopping'
    const since = life.container.is === 'running' ? life.container.since : clock.now()
    await runtime.stop(life.uid, 0)
    write(life, { is: 'ended', since, at: clock.now(), exitCode: 0 })
  }

  const stop = (life: Life, pod: Pod): void => {
    if (life.stage === 'stopping' && life.container.is !== 'ended') return
    const runs = life.stage === 'running'
    life.stage = 'stopping'
    life.timers.forEach(cancel => cancel())
    const grace = graceOf(pod)
    const hook = runs ? Math.min(preStopOf(pod), grace) : 0
    after(life, hook, () => {
      void runtime.stop(life.uid, grace - hook).then(() => {
        if (current(life)) objects.remove('pods', life.namespace, life.name, { grace: 0, uid: life.uid })
      })
    })
  }

  const forget = (uid: string): void => {
    const life = lives.get(uid)
    if (!life) return
    lives.delete(uid)
    life.timers.forEach(cancel => cancel())
    void runtime.stop(uid, 0)
    // A place became free.
    for (const waiting of lives.values()) if (waiting.stage === 'unscheduled') after(waiting, options.startDelay(), () => schedule(waiting))
  }

  const end = objects.subscribe('pods', ({ type, object }) => {
    const pod = object as Pod
    const uid = pod.metadata.uid ?? ''
    if (type === 'DELETED') return forget(uid)
    const life = lives.get(uid) ?? newLife(pod)
    if (!lives.has(uid)) {
      lives.set(uid, life)
      after(life, 0, () => schedule(life))
    }
    if (pod.metadata.deletionTimestamp) stop(life, pod)
  })
  runtime.onNews(({ type, uid }) => {
    const life = lives.get(uid)
    if (life) (type === 'exited' ? exited : readiness)(life)
  })
  return {
    stop() {
      end()
      for (const life of lives.values()) life.timers.forEach(cancel => cancel())
      lives.clear()
    },
  }
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
