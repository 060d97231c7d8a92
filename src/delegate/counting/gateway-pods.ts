import type { KubernetesObject } from '#base/index.ts'
import { openMirror, podsOfGateways, type Mirror, type Objects, type Surroundings } from '#delegate/kubernetes/index.ts'
import { boundTo } from '#model/preflight/index.ts'

/** Who a pod belongs to, as Istio names it in metrics. */
export interface Workload {
  readonly namespace: string
  readonly workload: string
}

/** The pods of the gateways at which some routes take requests, kept by watches. */
export interface GatewayPods {
  /** Every request of the routes goes through them: no route is for callers inside the mesh as well. */
  readonly seeAll: boolean
  /** No gateway of the routes has pods that are not known. */
  readonly allKnown: boolean
  running(): readonly KubernetesObject[]
  /** Calls `listener` when a pod is about to go, until the returned function is called. */
  onLeaving(listener: () => void): () => void
  close(): void
}

/** Undefined where no gateway serves the routes. Fails where its pods may not be watched. */
export async function openGatewayPods(
  objects: Objects,
  { routes, namespace }: { readonly routes: readonly KubernetesObject[]; readonly namespace: string },
  surroundings: Surroundings,
  onFailure: (error: unknown) => void,
  signal: AbortSignal,
): Promise<GatewayPods | undefined> {
  const bindings = boundTo({ routes, namespace })
  const { collections, allKnown } = await podsOfGateways(objects, bindings, signal)
  if (collections.length === 0) return undefined
  const mirrors = await Promise.all(collections.map(each => openMirror(objects, each, surroundings, onFailure, signal)))
  return podsOf(mirrors, { isMeshBound: bindings.some(({ at }) => at === 'mesh'), allKnown })
}

/** A Deployment's pods belong to a ReplicaSet, which is named after it and the hash of its template. */
export function workloadOf({ metadata }: KubernetesObject): Workload {
  const { namespace = '', name, ownerReferences = [], labels } = metadata
  const owner = ownerReferences.find(({ controller }) => controller === true) ?? ownerReferences[0]
  const hash = labels?.['pod-template-hash']
  const suffix = owner?.kind === 'ReplicaSet' && hash !== undefined ? `-${hash}` : ''
  const of = owner?.name ?? name
  return { namespace, workload: suffix !== '' && of.endsWith(suffix) ? of.slice(0, -suffix.length) : of }
}

interface Known {
  readonly isMeshBound: boolean
  readonly allKnown: boolean
}

function podsOf(mirrors: readonly Mirror[], known: Known): GatewayPods {
  const all = (): readonly KubernetesObject[] => [
    ...new Map(mirrors.flatMap(mirror => mirror.objects()).map(pod => [pod.metadata.uid, pod])).values(),
  ]
  return {
    seeAll: known.allKnown && !known.isMeshBound,
    allKnown: known.allKnown,
    running: () => all().filter(pod => (pod.status as { readonly phase?: string } | undefined)?.phase === 'Running'),
    onLeaving(listener) {
      const told = new Set<string | undefined>()
      const look = (): void => {
        const leaving = all().filter(({ metadata }) => metadata.deletionTimestamp !== undefined && !told.has(metadata.uid))
        for (const { metadata } of leaving) told.add(metadata.uid)
        if (leaving.length > 0) listener()
      }
      const stops = mirrors.map(mirror => mirror.onChange(look))
      return () => stops.forEach(stop => stop())
    },
    close: () => mirrors.forEach(mirror => mirror.close()),
  }
}
