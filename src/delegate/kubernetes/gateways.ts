import { Failure, type KubernetesObject } from '#base/index.ts'
import { gatewayServices, istioGateways, type KubernetesGateway, type ServiceKey } from '#model/traffic/index.ts'
import type { Collection, Objects } from './objects.ts'

/**
 * A selector for the pods that one of Istio's Gateways is for, as kubectl writes selectors. Empty: all gateways. Undefined: there is no
 * such Gateway. `gateway` is `namespace/name`.
 */
export async function gatewaySelector(objects: Objects, gateway: string, signal?: AbortSignal): Promise<string | undefined> {
  const [namespace = '', name = ''] = gateway.split('/')
  const found = await objects.get({ apiVersion: 'networking.istio.io/v1', kind: 'Gateway', namespace, name }, signal)
  return found && selectorOf(found)
}

/** The same of a Gateway, or of a Service, that has been read. */
export function selectorOf({ spec }: KubernetesObject): string {
  const { selector = {} } = (spec ?? {}) as { readonly selector?: Readonly<Record<string, string>> }
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}

/**
 * Where the pods of a gateway (`namespace/name`) are. Istio's select pods by labels, in any namespace; one of the Gateway API has pods of its
 * own beside it, or, where istiod serves it and it has none, those behind the Services that its addresses name. Undefined where labels do
 * not tell which pods those are: there is no such Gateway, or it is for all gateways of the mesh.
 */
export async function podsOfGateway(
  objects: Objects,
  at: 'Istio' | 'Gateway API',
  gateway: string,
  signal?: AbortSignal,
): Promise<readonly Collection[] | undefined> {
  const pods = { apiVersion: 'v1', kind: 'Pod' }
  const [namespace = '', name = ''] = gateway.split('/')
  if (at === 'Istio') {
    const labels = await gatewaySelector(objects, gateway, signal)
    return labels === undefined || labels === '' ? undefined : [{ ...pods, labels }]
  }
  const own = { ...pods, namespace, labels: `gateway.networking.k8s.io/gateway-name=${name}` }
  if ((await objects.list(own, signal)).items.length > 0) return [own]
  const behind = await podsBehind(objects, { namespace, name }, signal).catch((error: unknown) => {
    // Who may not read Gateways, classes or other namespaces' Services knows of the usual place alone.
    if (error instanceof Failure && error.blame === 'user') return []
    throw error
  })
  return behind.length > 0 ? behind : [own]
}

/** Where the pods of several gateways are, each place once; a route for the mesh has none. `allKnown`: labels tell it of every one. */
export async function podsOfGateways(
  objects: Objects,
  bound: readonly { readonly at: 'Istio' | 'Gateway API' | 'mesh'; readonly gateway: string }[],
  signal?: AbortSignal,
): Promise<{ readonly collections: readonly Collection[]; readonly allKnown: boolean }> {
  const found = await Promise.all(bound.flatMap(({ at, gateway }) => (at === 'mesh' ? [] : [podsOfGateway(objects, at, gateway, signal)])))
  const distinct = new Map(found.flatMap(each => (each ?? []).map(one => [JSON.stringify(one), one] as const)))
  return { collections: [...distinct.values()], allKnown: found.every(each => each !== undefined) }
}

/** Pods behind the Services that serve a Gateway of istiod's. */
async function podsBehind(objects: Objects, key: ServiceKey, signal?: AbortSignal): Promise<readonly Collection[]> {
  const apiVersion = 'gateway.networking.k8s.io/v1'
  const gateway = await objects.get({ apiVersion, kind: 'Gateway', ...key }, signal)
  const named = (gateway?.spec as { readonly gatewayClassName?: string } | undefined)?.gatewayClassName
  const ofClass = named === undefined ? undefined : await objects.get({ apiVersion, kind: 'GatewayClass', name: named }, signal)
  if (!gateway || !ofClass) return []
  const services = istioGateways([gateway as KubernetesGateway], [ofClass]).flatMap(gatewayServices)
  const found = await Promise.all(
    services.map(async ({ namespace, name }): Promise<readonly Collection[]> => {
      const service = await objects.get({ apiVersion: 'v1', kind: 'Service', namespace, name }, signal)
      const labels = service ? selectorOf(service) : ''
      return labels === '' ? [] : [{ apiVersion: 'v1', kind: 'Pod', namespace, labels }]
    }),
  )
  return found.flat()
}
