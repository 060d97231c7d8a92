import { objectName, type KubernetesObject } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import { canaryName, isReady, recordName, templateOf, type Release, type Snapshot } from '#model/release/index.ts'
import { failures } from './failures.ts'

/** Route, rule, Service and workloads of the release, and what Sluice itself keeps in the cluster: only the release's own steps write them. */
export function refuseOwn(object: KubernetesObject, release: Release, { names }: Snapshot): void {
  const { kind, metadata } = object
  const own: readonly (readonly [kind: string, name: string | undefined])[] = [
    ['Deployment', names.workload],
    ['Deployment', canaryName(names.workload)],
    ['Service', names.service],
    ['DestinationRule', names.rule?.name],
    ['ConfigMap', recordName(release.name)],
    ...names.routes.map(route => [route.kind, route.name] as const),
  ]
  if (kind === 'Lease' || own.some(([ownKind, name]) => ownKind === kind && name === metadata.name))
    throw failures.OF_THE_RELEASE({ object: objectName(object) })
}

/** Whoever asks for it is not seen from here, so a route is never called unused. */
const routes = new Set(['VirtualService', 'DestinationRule', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'Ingress', 'ServiceEntry'])

/** Refuses to delete what requests may go to: routes, Services with ready pods behind them, and ready pods behind a Service. */
export async function refuseTraffic(object: KubernetesObject, objects: Objects, signal: AbortSignal): Promise<void> {
  const refuse = (why: string): Error => failures.CARRIES_TRAFFIC({ object: objectName(object), why })
  if (routes.has(object.kind)) throw refuse('it routes requests')
  if (object.kind === 'Service') {
    const pods = await readyPods(object, objects, signal)
    if (pods > 0) throw refuse(`${pods} ready pods stand behind it`)
    return
  }
  const service = await serviceOf(object, objects, signal)
  if (service) throw refuse(`${objectName(service)} sends requests to its pods`)
}

type Labels = Readonly<Record<string, string>>

async function readyPods(service: KubernetesObject, objects: Objects, signal: AbortSignal): Promise<number> {
  const selector = selectorOf(service)
  if (Object.keys(selector).length === 0) return 0
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`)
  const { namespace = '' } = service.metadata
  const { items } = await objects.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: labels.join(',') }, signal)
  return items.filter(isReady).length
}

/** A Service of the namespace that selects the pods of a workload (or the pod itself), while some are ready. */
async function serviceOf(object: KubernetesObject, objects: Objects, signal: AbortSignal): Promise<KubernetesObject | undefined> {
  const labels = podLabels(object)
  if (!labels || !hasReadyPods(object)) return undefined
  const { namespace = '' } = object.metadata
  const { items } = await objects.list({ apiVersion: 'v1', kind: 'Service', namespace }, signal)
  return items.find(service => {
    const selector = Object.entries(selectorOf(service))
    return selector.length > 0 && selector.every(([key, value]) => labels[key] === value)
  })
}

const selectorOf = ({ spec }: KubernetesObject): Labels => (spec as { readonly selector?: Labels } | undefined)?.selector ?? {}

const workloads = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController'])

function podLabels(object: KubernetesObject): Labels | undefined {
  if (object.kind === 'Pod') return object.metadata.labels ?? {}
  return workloads.has(object.kind) ? (templateOf(object).metadata?.labels ?? {}) : undefined
}

function hasReadyPods(object: KubernetesObject): boolean {
  if (object.kind === 'Pod') return isReady(object)
  const { readyReplicas = 0, numberReady = 0 } = (object.status ?? {}) as { readonly readyReplicas?: number; readonly numberReady?: number }
  return readyReplicas + numberReady > 0
}
