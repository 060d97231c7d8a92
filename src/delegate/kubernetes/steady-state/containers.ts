import type { KubernetesObject } from '#base/index.ts'

interface Terminated {
  readonly exitCode?: number
  readonly reason?: string
}

interface ContainerStatus {
  readonly name: string
  readonly restartCount?: number
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string }; readonly terminated?: Terminated }
  readonly lastState?: { readonly terminated?: Terminated }
}

function containers(pod: KubernetesObject): readonly ContainerStatus[] {
  const status = (pod.status ?? {}) as {
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
}

/** How a container of this pod crashes again and again; undefined where none does. */
export function crashLoop(pod: KubernetesObject): string | undefined {
  const found = containers(pod).find(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff')
  if (!found) return undefined
  const { exitCode, reason } = found.lastState?.terminated ?? {}
  const why = exitCode === undefined ? '' : ` exits with ${exitCode}${reason && reason !== 'Error' ? ` (${reason})` : ''},`
  return `container ${found.name} crashes again and again:${why} restarted ${found.restartCount ?? 0} times`
}

/** Reasons for which a container waits and will go on waiting: the kubelet has tried and says why. */
const hopeless = new Set([
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
])

/** Why a container of this pod cannot start; undefined where none is held up. */
export function cannotStart(pod: KubernetesObject): { readonly reason: string; readonly says: string } | undefined {
  for (const { name, state } of containers(pod)) {
    const { reason, message } = state?.waiting ?? {}
    if (reason && hopeless.has(reason)) return { reason, says: `container ${name} cannot start: ${message ?? reason}` }
  }
  return undefined
}
