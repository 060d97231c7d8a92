import type { JsonPatch, KubernetesObject } from '#base/index.ts'
import type { ApiRequest, ApiResponse, Cluster } from '#delegate/kubernetes/index.ts'
import type { ObjectStore } from '#sandbox/api-server/index.ts'

const home = '/apis/keda.sh/v1alpha1'
const autoscalers = 'horizontalpodautoscalers.autoscaling'

interface ScaledObject extends KubernetesObject {
  readonly spec: { readonly scaleTargetRef: { readonly name: string }; readonly minReplicaCount?: number; readonly maxReplicaCount: number }
}

/** KEDA as far as a release meets it: one ScaledObject, and an operator that writes its autoscaler anew whoever has changed it. */
export class Keda {
  object: ScaledObject
  #store: ObjectStore | undefined

  constructor(floor: number | undefined) {
    this.object = {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'cart', namespace: 'shop', uid: 'keda-1', resourceVersion: '1', generation: 1 },
      spec: { scaleTargetRef: { name: 'cart' }, ...(floor === undefined ? {} : { minReplicaCount: floor }), maxReplicaCount: 10 },
    }
  }

  /** Serves the ScaledObject beside everything else. */
  readonly through = (cluster: Cluster): Cluster => ({
    ...cluster,
    request: (request, signal) => {
      const answer = this.#answer(request)
      return answer === undefined ? cluster.request(request, signal) : Promise.resolve({ warnings: [], ...answer })
    },
  })

  /** Starts the operator. */
  operate(store: ObjectStore): void {
    this.#store = store
    const owner = { apiVersion: this.object.apiVersion, kind: 'ScaledObject', name: 'cart', uid: 'keda-1', controller: true }
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }
    const object: KubernetesObject = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'keda-hpa-cart', namespace: 'shop', ownerReferences: [owner] },
      spec: { scaleTargetRef, minReplicas: this.#floor(), maxReplicas: 10, metrics: [] },
    }
    store.create(autoscalers, object, { manager: 'keda-operator' })
    store.subscribe(autoscalers, () => this.#level())
  }

  /** What its autoscaler says. */
  autoscalerFloor(): unknown {
    return (this.#autoscaler()?.spec as { readonly minReplicas?: number } | undefined)?.minReplicas
  }

  /** An autoscaler has one pod at least. */
  #floor(): number {
    return Math.max(1, this.object.spec.minReplicaCount ?? 0)
  }

  #autoscaler(): KubernetesObject | undefined {
    return this.#store?.get(autoscalers, { namespace: 'shop', name: 'keda-hpa-cart' })
  }

  #level(): void {
    const live = this.#autoscaler()
    if (!live || this.autoscalerFloor() === this.#floor()) return
    const spec = { ...(live.spec as object), minReplicas: this.#floor() }
    this.#store?.update(autoscalers, { ...live, spec } as never, { manager: 'keda-operator' })
  }

  #answer({ method, path, body }: ApiRequest): Pick<ApiResponse, 'status' | 'body'> | undefined {
    const [bare] = path.split('?')
    if (bare === home) return { status: 200, body: { resources: [{ name: 'scaledobjects', kind: 'ScaledObject', namespaced: true }] } }
    if (!bare?.startsWith(`${home}/`)) return undefined
    if (!bare.endsWith('/cart'))
      return { status: 200, body: { apiVersion: home.slice(6), kind: 'ScaledObjectList', metadata: {}, items: [this.object] } }
    if (method === 'PATCH') this.#patch(body as JsonPatch)
    return { status: 200, body: this.object }
  }

  #patch(operations: JsonPatch): void {
    const spec: Record<string, unknown> = { ...this.object.spec }
    for (const { op, path, ...rest } of operations) {
      const field = /^\/spec\/(\w+)$/.exec(path)?.[1]
      if (field === undefined) continue
      if (op === 'remove') delete spec[field]
      else spec[field] = (rest as { readonly value?: unknown }).value
    }
    const { metadata } = this.object
    const generation = (metadata.generation ?? 1) + 1
    this.object = { ...this.object, metadata: { ...metadata, generation, resourceVersion: String(generation) }, spec: spec as never }
    this.#level()
  }
}
