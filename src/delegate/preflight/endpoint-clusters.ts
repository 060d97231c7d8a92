import { Failure, type KubernetesObject } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'

/** Where an istiod serves its debug pages. */
const port = 15_014

type Shards = Readonly<Record<string, readonly unknown[] | null>>

/** Of `/debug/endpointShardz`: hosts, namespaces of the Service, and per registry (`Kubernetes/cluster-1`) its endpoints. */
type Page = Readonly<Record<string, Readonly<Record<string, { readonly Shards?: Shards }>>>>

/** Clusters from which istiod reads endpoints of a Service; undefined where no istiod can be asked. `host` is its full name. */
export async function endpointClusters(
  objects: Objects,
  istiods: readonly KubernetesObject[],
  host: string,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const [istiod] = istiods
  if (!istiod) return undefined
  try {
    const pod = { namespace: istiod.metadata.namespace ?? '', name: istiod.metadata.name }
    const { status, body } = await objects.cluster.podHttp(pod, port, { path: '/debug/endpointShardz' }, signal)
    return status === 200 ? clustersIn(JSON.parse(body) as Page, host) : undefined
  } catch (error) {
    if (error instanceof Failure || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** A registry without endpoints counts for nothing; one that is no cluster (`External`, of ServiceEntries) neither. */
export function clustersIn(page: Page, host: string): readonly string[] {
  const shards = Object.values(page[host] ?? {}).flatMap(({ Shards = {} }) => Object.entries(Shards))
  const filled = shards.filter(([key, endpoints]) => key.startsWith('Kubernetes/') && (endpoints ?? []).length > 0)
  return [...new Set(filled.map(([key]) => key.slice('Kubernetes/'.length)))].toSorted()
}
