import type { KubernetesObject } from '#base/index.ts'
import { equal, without } from '../json.ts'
import type { FieldError } from '../status.ts'
import { age, ageColumn, nameColumn, text, wide, type Column } from '../table/column.ts'
import { forbiddenField } from '../validation/field-errors.ts'
import { builtIn } from './define.ts'
import {
  checkPodSpec,
  checkTemplate,
  podSpecDefaults,
  withTemplateDefaults,
  type Container,
  type PodSpec,
  type PodTemplate,
} from './pod-spec.ts'

interface ContainerStatus {
  readonly ready?: boolean
  readonly restartCount?: number
  readonly state?: {
    readonly waiting?: { readonly reason?: string }
    readonly running?: object
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number; readonly signal?: number }
  }
  readonly lastState?: { readonly terminated?: { readonly finishedAt?: string } }
}

interface Pod extends KubernetesObject {
  readonly spec: PodSpec & { readonly readinessGates?: readonly unknown[] }
  readonly status?: {
    readonly phase?: string
    readonly reason?: string
    readonly podIP?: string
    readonly nominatedNodeName?: string
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
    readonly containerStatuses?: readonly ContainerStatus[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
  }
}

const asPod = (object: KubernetesObject): Pod => object as Pod

/** Requests that are not given are the limits. */
function withRequests(container: Container): Container {
  const { limits, requests } = container.resources ?? {}
  return limits ? { ...container, resources: { ...container.resources, requests: { ...limits, ...requests } } } : container
}

function defaults(object: KubernetesObject): KubernetesObject {
  const spec = podSpecDefaults(asPod(object).spec)
  const containers = spec.containers?.map(withRequests) ?? null
  return { ...object, spec: { ...spec, containers, enableServiceLinks: spec.enableServiceLinks ?? true } }
}

/** What the admission plugins of a usual cluster add: a pod stays five minutes on a node that is gone. */
const nodeTolerations = ['not-ready', 'unreachable'].map(state => ({
  key: `node.kubernetes.io/${state}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}))

function qosClass(containers: readonly Container[]): string {
  const resources = containers.map(container => container.resources ?? {})
  if (resources.every(({ limits, requests }) => !limits && !requests)) return 'BestEffort'
  const whole = resources.every(({ limits, requests }) => limits?.['cpu'] && limits['memory'] && equal(limits, requests))
  return whole ? 'Guaranteed' : 'Burstable'
}

function beforeCreate(object: KubernetesObject): KubernetesObject {
  const { spec } = asPod(object)
  return {
    ...object,
    spec: {
      ...spec,
      tolerations: [...(spec.tolerations ?? []), ...nodeTolerations.filter(one => !spec.tolerations?.some(has => equal(has, one)))],
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: { phase: 'Pending', qosClass: qosClass(spec.containers ?? []) },
  }
}

const mutable =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

/** The spec without what may change: images, deadlines, tolerations, and the node of a pod that has none yet. */
function fixed(spec: PodSpec, old: PodSpec): object {
  const images = (containers: readonly Container[] | null | undefined) => containers?.map(container => without(container, 'image'))
  const rest = without(spec, 'activeDeadlineSeconds', 'tolerations', 'schedulingGates', ...(old.nodeName ? [] : ['nodeName']))
  return { ...rest, containers: images(spec.containers), initContainers: images(spec.initContainers) }
}

function checkUpdate(object: KubernetesObject, old: KubernetesObject): readonly FieldError[] {
  const before = asPod(old).spec
  return equal(fixed(asPod(object).spec, before), fixed(before, before)) ? [] : [forbiddenField('spec', mutable)]
}

const statusesOf = (object: KubernetesObject): readonly ContainerStatus[] => asPod(object).status?.containerStatuses ?? []

function terminated({ reason, signal, exitCode }: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>): string {
  return reason ?? (signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`)
}

/** Why the init containers are not done; undefined when they are. */
function initState(pod: Pod): string | undefined {
  const statuses = pod.status?.initContainerStatuses ?? []
  const index = statuses.findIndex(({ state }) => state?.terminated?.exitCode !== 0)
  const stuck = statuses[index]
  if (!stuck) return undefined
  const { state } = stuck
  if (state?.terminated) return `Init:${terminated(state.terminated)}`
  const reason = state?.waiting?.reason
  return reason && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${index}/${pod.spec.initContainers?.length ?? 0}`
}

/** Why a container is not running; undefined where there is no more to say than the phase. */
const containerState = ({ state }: ContainerStatus): string | undefined =>
  state?.waiting?.reason ?? (state?.terminated ? terminated(state.terminated) : undefined)

/** The STATUS of `kubectl get pods`. */
function podState(pod: Pod): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating'
  const init = initState(pod)
  if (init) return init
  const reason = statusesOf(pod).map(containerState).find(Boolean) ?? pod.status?.reason ?? pod.status?.phase ?? ''
  const running = statusesOf(pod).some(({ ready, state }) => ready && state?.running)
  if (reason === 'Completed' && running) return isReady(pod) ? 'Running' : 'NotReady'
  return reason
}

const isReady = (pod: Pod): boolean => pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false

function restarts(object: KubernetesObject, now: number): string {
  const statuses = statusesOf(object)
  const total = statuses.reduce((sum, status) => sum + (status.restartCount ?? 0), 0)
  const last = statuses
    .map(status => status.lastState?.terminated?.finishedAt)
    .filter(Boolean)
    .toSorted()
    .at(-1)
  return total > 0 && last ? `${total} (${age(last, now)} ago)` : String(total)
}

const orNone = (value: string | undefined): string => value || '<none>'

const columns: readonly Column[] = [
  nameColumn,
  text('Ready', pod => `${statusesOf(pod).filter(status => status.ready).length}/${asPod(pod).spec.containers?.length ?? 0}`),
  text('Status', pod => podState(asPod(pod))),
  text('Restarts', restarts),
  ageColumn,
  wide(text('IP', pod => orNone(asPod(pod).status?.podIP))),
  wide(text('Node', pod => orNone(asPod(pod).spec.nodeName))),
  wide(text('Nominated Node', pod => orNone(asPod(pod).status?.nominatedNodeName))),
  wide(text('Readiness Gates', pod => (asPod(pod).spec.readinessGates?.length ? `0/${asPod(pod).spec.readinessGates?.length}` : '<none>'))),
]

export const pods = builtIn('', {
  kind: 'Pod',
  short: 'po',
  categories: 'all',
  subresources: ['status'],
  generation: true,
  returnsDeleted: true,
  selectable: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  rules: { defaults, beforeCreate, check: object => checkPodSpec(asPod(object).spec, 'spec'), checkUpdate },
  columns,
})

interface Template extends KubernetesObject {
  readonly template: PodTemplate
}

export const podTemplates = builtIn('', {
  kind: 'PodTemplate',
  generation: true,
  returnsDeleted: true,
  rules: {
    defaults: object => withTemplateDefaults(object as Template),
    check: object => checkTemplate((object as Template).template, 'template'),
  },
  columns: [
    nameColumn,
    text('Containers', object => (object as Template).template.spec.containers?.map(container => container.name).join(',') ?? ''),
    text('Images', object => (object as Template).template.spec.containers?.map(container => container.image).join(',') ?? ''),
    text('Pod Labels', object =>
      Object.entries((object as Template).template.metadata?.labels ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    ),
  ],
})
