import { createHash } from 'node:crypto'
import { timestamp, conditionOf, type Condition, type Container, type Pod } from '../shapes.ts'

/** What the container runtime says of a pod's containers; they share one fate here. */
export type ContainerState =
  | { readonly is: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly is: 'running'; readonly since: number; readonly ready: boolean }
  | { readonly is: 'ended'; readonly since: number; readonly at: number; readonly exitCode: number }

/** What a pod's status is made from. */
export interface Facts {
  readonly ip: string | undefined
  readonly hostIp: string
  readonly startedAt: number | undefined
  readonly restarts: number
  readonly container: ContainerState
  /** The end before the last restart. */
  readonly lastEnd?: ContainerState & { readonly is: 'ended' }
  readonly imageId: (image: string) => string
}

/** The status of a pod that has a node. */
export function podStatus(pod: Pod, facts: Facts, now: number): NonNullable<Pod['status']> {
  const { container } = facts
  const running = container.is === 'running'
  const ready = running && container.ready
  const names = (pod.spec.containers ?? []).map(({ name }) => name)
  const unready = { reason: 'ContainersNotReady', message: `containers with unready status: [${names.join(' ')}]` }
  const conditions = [
    ['PodReadyToStartContainers', facts.ip !== undefined, {}],
    ['Initialized', true, {}],
    ['Ready', ready, unready],
    ['ContainersReady', ready, unready],
    ['PodScheduled', true, {}],
  ] as const
  return {
    observedGeneration: pod.metadata.generation ?? 1,
    phase: phaseOf(container),
    conditions: conditions.map(([type, holds, why]) =>
      condition(pod, { type, status: holds ? 'True' : 'False', ...(holds ? {} : why) }, now),
    ),
    hostIP: facts.hostIp,
    hostIPs: [{ ip: facts.hostIp }],
    ...(facts.ip === undefined ? {} : { podIP: facts.ip, podIPs: [{ ip: facts.ip }] }),
    ...(facts.startedAt === undefined ? {} : { startTime: timestamp(facts.startedAt) }),
    containerStatuses: (pod.spec.containers ?? []).map(one => containerStatus(one, facts)),
    qosClass: 'BestEffort',
  }
}

/** The status of a pod for which there is no node. */
export function unschedulable(pod: Pod, message: string, now: number): NonNullable<Pod['status']> {
  const conditions = [condition(pod, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }, now)]
  return { phase: 'Pending', conditions, qosClass: 'BestEffort' }
}

function phaseOf(container: ContainerState): string {
  if (container.is === 'waiting') return container.reason === 'CrashLoopBackOff' ? 'Running' : 'Pending'
  if (container.is === 'running') return 'Running'
  return container.exitCode === 0 ? 'Succeeded' : 'Failed'
}

function condition(pod: Pod, { type, status, reason, message }: Condition, now: number): Condition {
  const present = conditionOf(pod.status?.conditions, type)
  const lastTransitionTime = present?.status === status ? (present.lastTransitionTime ?? timestamp(now)) : timestamp(now)
  return { type, status, lastProbeTime: null, lastTransitionTime, ...(reason ? { reason } : {}), ...(message ? { message } : {}) }
}

function containerStatus({ name, image = '' }: Container, { container, restarts, lastEnd, imageId, ip }: Facts): object {
  const has = container.is !== 'waiting' || container.reason === 'CrashLoopBackOff'
  return {
    name,
    image,
    imageID: has ? imageId(image) : '',
    ...(has ? { containerID: `containerd://${digest(`${name} ${ip} ${restarts}`)}` } : {}),
    ready: container.is === 'running' && container.ready,
    started: container.is === 'running',
    restartCount: restarts,
    state: stateOf(container),
    lastState: lastEnd ? stateOf(lastEnd) : {},
  }
}

function stateOf(container: ContainerState): object {
  if (container.is === 'running') return { running: { startedAt: timestamp(container.since) } }
  if (container.is === 'waiting') {
    const { reason, message } = container
    return { waiting: { reason, ...(message ? { message } : {}) } }
  }
  const { exitCode, since, at } = container
  const reason = exitCode === 0 ? 'Completed' : 'Error'
  return { terminated: { exitCode, reason, startedAt: timestamp(since), finishedAt: timestamp(at) } }
}

/** Hexadecimal SHA-256. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
