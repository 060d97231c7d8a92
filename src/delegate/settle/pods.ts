import { rememberedOf, type KubernetesObject } from '#base/index.ts'

interface PodStatus {
  readonly podIP?: string
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly lastTransitionTime?: string }[]
}

/** A pod as endpoints see it. */
export interface ServingPod {
  readonly name: string
  readonly address: string
  readonly labels: Readonly<Record<string, string>>
  /** Would be an endpoint: ready and not dying. */
  readonly ready: boolean
  /** When it became ready, by the cluster's clock (milliseconds since 1970); undefined where the status does not tell. */
  readonly readySince: number | undefined
}

/** Reads pods; those without an address are left out. */
export function servingPods(pods: readonly KubernetesObject[]): readonly ServingPod[] {
  return pods.flatMap(pod => servingPod(pod) ?? [])
}

/** Every look asks for the same pods again. */
const servingPod = rememberedOf(({ metadata, status }: KubernetesObject): ServingPod | undefined => {
  const { podIP, conditions } = (status ?? {}) as PodStatus
  if (!podIP) return undefined
  const ready = conditions?.find(condition => condition.type === 'Ready')
  const since = Date.parse(ready?.lastTransitionTime ?? '')
  return {
    name: metadata.name,
    address: podIP,
    labels: metadata.labels ?? {},
    ready: ready?.status === 'True' && metadata.deletionTimestamp === undefined,
    readySince: Number.isNaN(since) ? undefined : since,
  }
})
