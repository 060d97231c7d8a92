// The canary Ingress of a main one: made from it, and refused where ingress-nginx would not do with it what is meant.
import type { KubernetesObject } from '#base/index.ts'
import { canaryAnnotations, canaryPolicyOf } from '../ingress-nginx/canary.ts'
import { nginxConfiguration } from '../ingress-nginx/configuration.ts'
import { isIngress, type Ingress, type IngressBackend, type IngressRule } from '../ingress-nginx/objects.ts'
import { done, refused, type Outcome } from './router.ts'

/** The two Services of a run, in the namespace of the Ingress: a backend can name no other. */
export interface IngressSides {
  readonly stable: string
  readonly canary: string
}

/** Annotations that ingress-nginx reads from a canary Ingress too; all others it takes from the main one, or other controllers would act on them. */
const readFromCanary = /^nginx\.ingress\.kubernetes\.io\/(load-balance|upstream-hash-by.*|affinity.*|session-cookie-.*)$/
const classAnnotation = 'kubernetes.io/ingress.class'

/** The name of the Ingress that holds the split of another one. */
export function canaryIngressName(main: string): string {
  return `${main}-canary`
}

/**
 * The canary Ingress of a main one, with this share for the canary (0 to 100): the hosts and paths that lead to stable's Service, led to the
 * canary's. `others` are all other Ingresses that ingress-nginx serves: what it would make of all of them is asked before one is written.
 */
export function canaryIngressOf(
  object: KubernetesObject,
  sides: IngressSides,
  weight: number,
  others: readonly Ingress[] = [],
): Outcome<Ingress> {
  const read = readMain(object)
  if (read.is === 'refused') return read
  const { main, services } = read.value
  if (!services.includes(sides.stable)) return refused({ is: 'none-ours', entry: 'rules', destinations: services })
  const canary = madeFrom(main, sides, weight)
  const problem = services.includes(sides.canary)
    ? `Service ${sides.canary} is a backend of it already, and would be no canary`
    : unheard(main, canary, sides, others)
  return problem === undefined ? done(canary) : refused({ is: 'not-expressible', reason: problem })
}

/** Names of the Services that an Ingress leads to, each once, in its order. */
export function servicesOf(ingress: Ingress): readonly string[] {
  return [...new Set(backendsOf(ingress).flatMap(({ service }) => service?.name ?? []))]
}

/** An Ingress that is no canary itself, with the Services that it leads to. */
export function readMain(object: KubernetesObject): Outcome<{ readonly main: Ingress; readonly services: readonly string[] }> {
  if (!isIngress(object)) return refused({ is: 'other-kind', want: 'Ingress' })
  if (canaryPolicyOf(object))
    return refused({ is: 'not-expressible', reason: 'it is a canary Ingress itself: let the one that it belongs to be managed' })
  const services = servicesOf(object)
  return services.length === 0 ? refused({ is: 'no-entries' }) : done({ main: object, services })
}

function backendsOf({ spec }: Ingress): readonly IngressBackend[] {
  const { rules = [], defaultBackend } = spec
  return [...rules.flatMap(rule => (rule.http?.paths ?? []).map(({ backend }) => backend)), ...(defaultBackend ? [defaultBackend] : [])]
}

function madeFrom({ apiVersion, metadata, spec }: Ingress, sides: IngressSides, weight: number): Ingress {
  const leads = (backend: IngressBackend | undefined): backend is IngressBackend => backend?.service?.name === sides.stable
  const moved = (backend: IngressBackend): IngressBackend => ({ ...backend, service: { ...backend.service, name: sides.canary } })
  const rules = (spec.rules ?? []).flatMap((rule): readonly IngressRule[] => {
    const paths = (rule.http?.paths ?? []).filter(({ backend }) => leads(backend))
    return paths.length === 0 ? [] : [{ ...rule, http: { paths: paths.map(path => ({ ...path, backend: moved(path.backend) })) } }]
  })
  // Beside rules a default backend is no place for a canary: ingress-nginx looks for one only where there are none.
  const rest = rules.length === 0 && leads(spec.defaultBackend) ? { defaultBackend: moved(spec.defaultBackend) } : {}
  return {
    apiVersion,
    kind: 'Ingress',
    metadata: {
      name: canaryIngressName(metadata.name),
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      annotations: {
        ...Object.fromEntries(
          Object.entries(metadata.annotations ?? {}).filter(([name]) => name === classAnnotation || readFromCanary.test(name)),
        ),
        [canaryAnnotations.enabled]: 'true',
        [canaryAnnotations.weight]: String(weight),
      },
    },
    spec: {
      ...(spec.ingressClassName === undefined ? {} : { ingressClassName: spec.ingressClassName }),
      ...rest,
      ...(rules.length > 0 ? { rules } : {}),
    },
  }
}

/** Why ingress-nginx would not do with the canary Ingress what is meant, by what it makes of all Ingresses together. */
function unheard(main: Ingress, canary: Ingress, { stable }: IngressSides, others: readonly Ingress[]): string | undefined {
  const [own, mine] = [fullName(main), fullName(canary)]
  // What is created now is the youngest.
  const youngest = { ...canary, metadata: { ...canary.metadata, creationTimestamp: '9999-12-31T23:59:59Z' } }
  const apart = others.filter(other => fullName(other) !== own && fullName(other) !== mine && classOf(other) === classOf(main))
  const { servers, canaries } = nginxConfiguration([main, ...apart, youngest])
  const all = [...servers.values()].flat()
  const led = all.filter(location => location.ingress === own && location.upstream.service === stable)
  if (led.length === 0) return 'older Ingresses have all of its hosts and paths'
  for (const { upstream } of led) {
    const heard = canaries.get(upstream.name)?.ingress
    if (heard === undefined) return 'beside rules a default backend is no place for a canary'
    if (heard !== mine) return `Ingress ${heard} is the canary of it already, and only one is heeded`
    const beside = all.find(location => location.upstream.name === upstream.name && location.ingress !== own)
    if (beside) return `Ingress ${beside.ingress} leads to Service ${stable} too, and would send the same share to the canary`
  }
  return undefined
}

/** Ingresses of one class have one controller. */
function classOf({ spec, metadata }: Ingress): string | undefined {
  return spec.ingressClassName ?? metadata.annotations?.[classAnnotation]
}

function fullName({ metadata: { name, namespace = 'default' } }: Ingress): string {
  return `${namespace}/${name}`
}
