import { Failure } from '#base/index.ts'
import type { Collection, Objects } from '#delegate/kubernetes/index.ts'
import type { Settle } from '#delegate/settle/index.ts'
import { boundTo, neededRights, type Around, type Sight, type Subject } from '#model/preflight/index.ts'
import { expandHost } from '#model/traffic/index.ts'
import { endpointClusters } from './endpoint-clusters.ts'
import { seeGatewayPods } from './gateway-pods.ts'
import { askRights, missingForIstiod } from './rights.ts'
import { see, seeEverywhere } from './sight.ts'
import { tryWayBack } from './way-back.ts'

const istio = 'networking.istio.io/v1'

/** Reads everything that the checks look at, all at once. Writes nothing: reviews and dry runs apart it only lists. */
export async function lookAround(subject: Subject, objects: Objects, settle: Settle, signal: AbortSignal): Promise<Around> {
  const { namespace } = subject
  const all = (apiVersion: string, kind: string): Promise<Sight> => seeEverywhere(objects, { apiVersion, kind }, namespace, signal)
  const here = (apiVersion: string, kind: string): Promise<Sight> => see(objects, { apiVersion, kind, namespace }, signal)
  const list = (collection: Collection): Promise<Sight> => see(objects, collection, signal)
  const istiods = list({ apiVersion: 'v1', kind: 'Pod', labels: 'app=istiod' })
  const [rights, rejections, gatewayPods, mesh, ofCluster, ofNamespace, wayBack] = await Promise.all([
    askRights(objects, neededRights(subject), namespace, signal),
    rejectionsOf(settle, signal),
    seeGatewayPods(boundTo(subject), objects, signal),
    istiods.then(({ items }) => askMesh(subject, items, objects, settle, signal)),
    Promise.all([
      all(istio, 'VirtualService'),
      all(istio, 'DestinationRule'),
      all('gateway.networking.k8s.io/v1', 'HTTPRoute'),
      list({ apiVersion: 'v1', kind: 'Node' }),
      list({ apiVersion: 'v1', kind: 'Namespace', fields: `metadata.name=${namespace}` }),
    ]),
    Promise.all([
      here('v1', 'Service'),
      here('keda.sh/v1alpha1', 'ScaledObject'),
      here('policy/v1', 'PodDisruptionBudget'),
      here('networking.k8s.io/v1', 'NetworkPolicy'),
      here('v1', 'ResourceQuota'),
    ]),
    tryWayBack(subject, objects, signal),
  ])
  const [virtualServices, destinationRules, httpRoutes, nodes, home] = ofCluster
  const [services, scaledObjects, budgets, networkPolicies, quotas] = ofNamespace
  const seen = { virtualServices, destinationRules, httpRoutes, nodes, home, services, scaledObjects, budgets, networkPolicies, quotas }
  return { rights, settle: { how: settle.how, why: settle.why }, ...rejections, gatewayPods, wayBack, ...mesh, ...seen }
}

/** Which rights are missing to ask istiod is asked only where it matters. */
async function askMesh(
  { host, namespace, settle: wanted }: Subject,
  istiods: Sight['items'],
  objects: Objects,
  { how }: Settle,
  signal: AbortSignal,
): Promise<Pick<Around, 'endpointClusters' | 'missingForIstiod'>> {
  const home = istiods[0]?.metadata.namespace ?? 'istio-system'
  const [clusters, missing] = await Promise.all([
    endpointClusters(objects, istiods, expandHost(host, namespace), signal),
    how === 'seconds' && wanted !== 'seconds' ? missingForIstiod(objects, home, signal) : [],
  ])
  return { ...(clusters === undefined ? {} : { endpointClusters: clusters }), missingForIstiod: missing }
}

/** By waiting nobody is asked; an istiod that falls silent meanwhile leaves it unknown. */
async function rejectionsOf(settle: Settle, signal: AbortSignal): Promise<Pick<Around, 'rejections'>> {
  if (settle.how === 'seconds') return {}
  try {
    return { rejections: await settle.rejections(signal) }
  } catch (error) {
    if (error instanceof Failure && error.blame === 'world') return {}
    throw error
  }
}
