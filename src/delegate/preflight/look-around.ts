import { Failure, type KubernetesObject } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import type { Prometheus } from '#delegate/prometheus/index.ts'
import type { Settle } from '#delegate/settle/index.ts'
import { meshModeOf, neededRights, splitHolders, type Around, type Sight, type Subject } from '#model/preflight/index.ts'
import { expandHost } from '#model/traffic/index.ts'
import { seeCounting } from './counting.ts'
import { seeGatewayPods } from './gateway-pods.ts'
import { askRights, missingForIstiod } from './rights.ts'
import { see, seeEverywhere } from './sight.ts'
import { tryMaking, tryWayBack } from './way-back.ts'

const istio = 'networking.istio.io/v1'
const nothing: Sight = { items: [] }

/** Who is asked beside the API server. */
export interface Told {
  readonly settle: Settle
  /** The one that the release names. */
  readonly prometheus: Prometheus | undefined
}

/** Reads everything that the checks look at, all at once, and nothing that the release does not make matter. Writes nothing. */
export async function lookAround(subject: Subject, objects: Objects, { settle, prometheus }: Told, signal: AbortSignal): Promise<Around> {
  const gateways = seeGatewayPods(subject, objects, signal)
  const [rights, mesh, gatewayPods, counting, ofCluster, ofIngresses, ofNamespace, wayBack, making] = await Promise.all([
    askRights(objects, neededRights(subject), subject.namespace, signal),
    askMesh(subject, objects, settle, signal),
    gateways,
    gateways.then(pods => seeCounting(subject, pods, prometheus, objects, signal)),
    seeCluster(subject, objects, signal),
    seeIngresses(subject, objects, signal),
    seeNamespace(subject, objects, signal),
    tryWayBack(written(subject), objects, signal),
    tryMaking(subject.first ? [] : (subject.beside ?? []), objects, signal),
  ])
  return { rights, gatewayPods, counting, wayBack: [...wayBack, ...making], ...mesh, ...ofCluster, ...ofIngresses, ...ofNamespace }
}

/** What the way back writes first. */
function written({ rule, workload, ...subject }: Subject): readonly KubernetesObject[] {
  return [...splitHolders(subject), ...(rule?.before ? [rule.before] : []), workload]
}

/** Only labels of the namespace tell of a waypoint, and only pods in the ambient mesh need one. */
async function seeCluster(
  { namespace, pods }: Subject,
  objects: Objects,
  signal: AbortSignal,
): Promise<Pick<Around, 'virtualServices' | 'destinationRules' | 'httpRoutes' | 'nodes' | 'home'>> {
  const all = (apiVersion: string, kind: string): Promise<Sight> => seeEverywhere(objects, { apiVersion, kind }, namespace, signal)
  const isAmbient = pods.some(pod => meshModeOf(pod) === 'ambient')
  const own = { apiVersion: 'v1', kind: 'Namespace', fields: `metadata.name=${namespace}` }
  const [virtualServices, destinationRules, httpRoutes, nodes, home] = await Promise.all([
    all(istio, 'VirtualService'),
    all(istio, 'DestinationRule'),
    all('gateway.networking.k8s.io/v1', 'HTTPRoute'),
    see(objects, { apiVersion: 'v1', kind: 'Node' }, signal),
    isAmbient ? see(objects, own, signal) : nothing,
  ])
  return { virtualServices, destinationRules, httpRoutes, nodes, home }
}

/** Ingresses of the whole cluster share hosts and paths; their classes tell who serves them. */
async function seeIngresses(
  { namespace, routes }: Subject,
  objects: Objects,
  signal: AbortSignal,
): Promise<Pick<Around, 'ingresses' | 'ingressClasses'>> {
  if (!routes.some(({ kind }) => kind === 'Ingress')) return { ingresses: nothing, ingressClasses: nothing }
  const group = 'networking.k8s.io/v1'
  const [ingresses, ingressClasses] = await Promise.all([
    seeEverywhere(objects, { apiVersion: group, kind: 'Ingress' }, namespace, signal),
    see(objects, { apiVersion: group, kind: 'IngressClass' }, signal),
  ])
  return { ingresses, ingressClasses }
}

/** KEDA makes an autoscaler of its own for every ScaledObject: without one there is none that scales now. */
async function seeNamespace(
  { namespace, autoscalers }: Subject,
  objects: Objects,
  signal: AbortSignal,
): Promise<Pick<Around, 'scaledObjects' | 'budgets' | 'networkPolicies' | 'quotas'>> {
  const here = (apiVersion: string, kind: string): Promise<Sight> => see(objects, { apiVersion, kind, namespace }, signal)
  const isScaled = autoscalers.some(({ metadata }) => (metadata.ownerReferences ?? []).some(({ kind }) => kind === 'ScaledObject'))
  const [scaledObjects, budgets, networkPolicies, quotas] = await Promise.all([
    isScaled ? here('keda.sh/v1alpha1', 'ScaledObject') : nothing,
    here('policy/v1', 'PodDisruptionBudget'),
    here('networking.k8s.io/v1', 'NetworkPolicy'),
    here('v1', 'ResourceQuota'),
  ])
  return { scaledObjects, budgets, networkPolicies, quotas }
}

/** What istiod tells; where it tells nothing, and that is not meant, which rights are missing to ask it. */
async function askMesh(
  { host, namespace, settle: wanted }: Subject,
  objects: Objects,
  settle: Settle,
  signal: AbortSignal,
): Promise<Pick<Around, 'settle' | 'rejections' | 'endpointClusters' | 'missingForIstiod'>> {
  const { how, why } = settle
  if (how === 'seconds')
    return { settle: { how, why }, missingForIstiod: wanted === 'seconds' ? [] : await missingForIstiod(objects, signal) }
  const [rejections, endpointClusters] = await Promise.all([
    told(settle.rejections(signal)),
    told(settle.endpointClusters(expandHost(host, namespace), signal)),
  ])
  return {
    settle: { how, why },
    missingForIstiod: [],
    ...(rejections ? { rejections } : {}),
    ...(endpointClusters ? { endpointClusters } : {}),
  }
}

/** An istiod that falls silent meanwhile leaves it unknown. */
async function told<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Failure && error.blame === 'world') return undefined
    throw error
  }
}
