import type { KubernetesObject } from '#base/index.ts'

/** As far as we read it; whatever else stands in the object is kept by every edit. */
export interface Ingress extends KubernetesObject {
  readonly spec: {
    readonly ingressClassName?: string
    readonly defaultBackend?: IngressBackend
    readonly rules?: readonly IngressRule[]
  }
}

export interface IngressRule {
  /** Left out: every host. */
  readonly host?: string
  readonly http?: { readonly paths?: readonly IngressPath[] }
}

export interface IngressPath {
  readonly path?: string
  readonly pathType?: string
  readonly backend: IngressBackend
}

export interface IngressBackend {
  readonly service?: { readonly name: string; readonly port?: { readonly number?: number; readonly name?: string } }
  readonly resource?: unknown
}

export const ingressGroup = 'networking.k8s.io'

/** Whether an object is an Ingress of networking.k8s.io, in any version. */
export function isIngress(object: KubernetesObject): object is Ingress {
  return object.kind === 'Ingress' && object.apiVersion.startsWith(`${ingressGroup}/`)
}

/** Of IngressClasses that ingress-nginx serves. */
export const nginxController = 'k8s.io/ingress-nginx'

/** How classes were named before there were IngressClasses; still read where the spec names none. */
const classAnnotation = 'kubernetes.io/ingress.class'

/** The Ingresses that ingress-nginx serves: by a class of its own, or by the old annotation `nginx`. */
export function nginxIngresses(ingresses: readonly Ingress[], classes: readonly KubernetesObject[]): readonly Ingress[] {
  const own = classes.filter(({ spec }) => (spec as { readonly controller?: string } | undefined)?.controller === nginxController)
  const names = new Set(own.map(({ metadata }) => metadata.name))
  return ingresses.filter(({ spec, metadata }) =>
    spec.ingressClassName === undefined ? metadata.annotations?.[classAnnotation] === 'nginx' : names.has(spec.ingressClassName),
  )
}

/** The older one first, then by namespace and name: of two that claim a path the first has it. */
export function ingressesByAge(ingresses: readonly Ingress[]): readonly Ingress[] {
  const key = ({ metadata }: Ingress): string => `${metadata.creationTimestamp ?? ''} ${metadata.namespace ?? ''}/${metadata.name}`
  return ingresses.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}
