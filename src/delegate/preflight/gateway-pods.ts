import type { KubernetesObject } from '#base/index.ts'
import { gatewaySelector, podsOfGateway, selectorOf, type Collection, type Objects } from '#delegate/kubernetes/index.ts'
import { boundTo, type Binding, type Sight, type Subject } from '#model/preflight/index.ts'
import { see, unseenBecause } from './sight.ts'

/** Pods of the gateways at which the routes take requests, wherever they run. A Gateway that is not there has none. */
export async function seeGatewayPods(subject: Subject, objects: Objects, signal: AbortSignal): Promise<Sight> {
  try {
    const found = await Promise.all(boundTo(subject).map(binding => podsOf(binding, subject, objects, signal)))
    const wanted = found.flat()
    // A Gateway without a selector is for every gateway there is: which pods those are, their labels do not tell.
    if (wanted.some(({ labels }) => labels === ''))
      return { items: [], unseen: 'a Gateway without a selector chooses every gateway of the mesh' }
    const sights = await Promise.all(wanted.map(collection => see(objects, collection, signal)))
    const unseen = sights.find(sight => sight.unseen !== undefined)?.unseen
    return { items: unique(sights.flatMap(({ items }) => items)), ...(unseen === undefined ? {} : { unseen }) }
  } catch (error) {
    return { items: [], unseen: unseenBecause(error) }
  }
}

/** Istio's Gateways select pods by labels, in any namespace; a Gateway of the Gateway API has pods of its own beside it. */
async function podsOf(
  { at, gateway }: Binding,
  { manifests }: Subject,
  objects: Objects,
  signal: AbortSignal,
): Promise<readonly Collection[]> {
  if (at === 'mesh') return []
  if (at === 'Istio') {
    const known = manifests.find(({ live }) => live && isIstioGateway(live, gateway))?.live
    const labels = known ? selectorOf(known) : await gatewaySelector(objects, gateway, signal)
    return labels === undefined ? [] : [{ apiVersion: 'v1', kind: 'Pod', labels }]
  }
  return (await podsOfGateway(objects, at, gateway, signal)) ?? []
}

function isIstioGateway({ apiVersion, kind, metadata }: KubernetesObject, name: string): boolean {
  return kind === 'Gateway' && apiVersion.startsWith('networking.istio.io/') && `${metadata.namespace ?? ''}/${metadata.name}` === name
}

function unique(pods: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return [...new Map(pods.map(pod => [pod.metadata.uid ?? pod.metadata.name, pod])).values()]
}
