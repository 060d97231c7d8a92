import type { KubernetesObject } from '#base/index.ts'

/** The image of a pod's first container. */
export function imageOf(pod: KubernetesObject): string {
  const spec = pod.spec as { readonly containers?: readonly { readonly image?: string }[] } | undefined
  return spec?.containers?.[0]?.image ?? ''
}

/** `1.4.0` of `ghcr.io/acme/cart:1.4.0@sha256:…`; `latest` where there is none. */
export function imageTag(image: string): string {
  const name = image.split('@')[0] ?? ''
  const last = name.slice(name.lastIndexOf('/') + 1)
  return last.includes(':') ? last.slice(last.indexOf(':') + 1) : 'latest'
}

/** The address of a pod; undefined before it has one. */
export function podAddress(pod: KubernetesObject | undefined): string | undefined {
  return (pod?.status as { readonly podIP?: string } | undefined)?.podIP
}

/** Whether a pod's condition Ready holds. */
export function isPodReady({ status }: KubernetesObject): boolean {
  const conditions = (status as { readonly conditions?: readonly { readonly type: string; readonly status: string }[] } | undefined)
    ?.conditions
  return conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True') ?? false
}
