// At which pods a route takes effect: sidecars, the gateways that it is bound to, and waypoints of Services in the ambient mesh (ztunnels
// know no routes). A collection is read by a watch, so what is looked up here by name is kept as well.
import type { KubernetesObject } from '#base/index.ts'
import { selectorOf, type Collection } from '#delegate/kubernetes/index.ts'
import { boundGateways, gatewayServices, type GatewayRoute, type KubernetesGateway } from '#model/traffic/index.ts'

/** Pods of one place: those of the first collections that are not empty. 'anywhere': the route does not tell. */
export type Reach = readonly (readonly Collection[])[] | 'anywhere'

/** Looks an object up. */
export type Named = (apiVersion: string, kind: string, name: string, namespace?: string) => Promise<KubernetesObject | undefined>

/** Sidecar injection puts this label on every pod it touches. */
const sidecars: Collection = { apiVersion: 'v1', kind: 'Pod', labels: 'security.istio.io/tlsMode' }

export async function reachOf(route: KubernetesObject, named: Named): Promise<Reach> {
  const all = await (route.kind === 'VirtualService' ? ofVirtualService(route, named) : ofParents(route as GatewayRoute, named))
  const told = all.filter(each => each !== 'anywhere')
  return told.length < all.length ? 'anywhere' : told.flat()
}

async function ofVirtualService(route: KubernetesObject, named: Named): Promise<readonly Reach[]> {
  const { namespace = '' } = route.metadata
  const { hosts = [], gateways } = (route.spec ?? {}) as { readonly hosts?: readonly string[]; readonly gateways?: readonly string[] }
  // A route without hosts is included by others (a delegate): where they are bound is theirs to say.
  if (hosts.length === 0) return ['anywhere']
  const bound = boundGateways(gateways, namespace)
  const found = await Promise.all(bound.map(name => (name === 'mesh' ? [[sidecars]] : istioGateway(name, named))))
  const waypoints = bound.includes('mesh') ? await Promise.all(hosts.map(host => waypointOf(host, namespace, named))) : []
  return [...found, ...waypoints]
}

/** Pods of one of Istio's Gateways; 'anywhere' where it selects all gateways. */
async function istioGateway(gateway: string, named: Named): Promise<Reach> {
  const [namespace = '', name = ''] = gateway.split('/')
  const found = await named('networking.istio.io/v1', 'Gateway', name, namespace)
  if (!found) return []
  const labels = selectorOf(found)
  return labels === '' ? 'anywhere' : [[{ apiVersion: 'v1', kind: 'Pod', labels }]]
}

/** In ambient mode the routes of a Service are applied by its waypoint: named by a label of the Service, else of its namespace. */
async function waypointOf(host: string, from: string, named: Named): Promise<Reach> {
  const [name = '', namespace = from] = host.split('.')
  if (name === '*' || name === '') return []
  const service = await named('v1', 'Service', name, namespace)
  const labels = service && { ...(await named('v1', 'Namespace', namespace))?.metadata.labels, ...service.metadata.labels }
  const waypoint = labels?.['istio.io/use-waypoint']
  if (waypoint === undefined || waypoint === 'none') return []
  return [[ofGateway(waypoint, labels?.['istio.io/use-waypoint-namespace'] ?? namespace)]]
}

/** Whoever deploys proxies for a Gateway of the Gateway API, a waypoint among them, gives their pods this label. */
function ofGateway(name: string, namespace: string): Collection {
  return { apiVersion: 'v1', kind: 'Pod', namespace, labels: `gateway.networking.k8s.io/gateway-name=${name}` }
}

/** A route of the Gateway API is bound to Gateways, or to Services: then the mesh applies it. */
function ofParents({ metadata, spec }: GatewayRoute, named: Named): Promise<readonly Reach[]> {
  return Promise.all(
    (spec.parentRefs ?? []).map(async ({ kind = 'Gateway', name, namespace = metadata.namespace ?? '' }): Promise<Reach> => {
      if (kind === 'Gateway') return kubernetesGateway(name, namespace, named)
      if (kind !== 'Service') return 'anywhere'
      const waypoint = await waypointOf(name, namespace, named)
      return waypoint === 'anywhere' ? waypoint : [[sidecars], ...waypoint]
    }),
  )
}

/** Its own pods; where it has none, those behind the Services that its addresses name. */
async function kubernetesGateway(name: string, namespace: string, named: Named): Promise<Reach> {
  const gateway = await named('gateway.networking.k8s.io/v1', 'Gateway', name, namespace)
  if (!gateway) return []
  const services = await Promise.all(
    gatewayServices(gateway as KubernetesGateway).map(async key => ({
      key,
      object: await named('v1', 'Service', key.name, key.namespace),
    })),
  )
  const behind = services.flatMap(({ key, object }): readonly Collection[] => {
    const labels = object ? selectorOf(object) : ''
    return labels === '' ? [] : [{ apiVersion: 'v1', kind: 'Pod', namespace: key.namespace, labels }]
  })
  return [[ofGateway(name, namespace), ...behind]]
}
