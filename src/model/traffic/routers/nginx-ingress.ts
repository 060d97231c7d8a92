// How a split stands in Ingresses of ingress-nginx: the main Ingress is never written; a second one, the canary Ingress, holds the canary's
// Service and its weight, and is there only while a run is. So these are functions over two objects, and not a `Router`.
//
// 1. The main Ingress is only read: what is not ours cannot change.
// 2. An edit of the canary Ingress changes its annotations of weight alone, and gives the very same object back where it would change nothing.
// 3. What ingress-nginx would not do as it is asked is refused: rows beside stable and canary, some paths of a Service and not the others.
import type { KubernetesObject } from '#base/index.ts'
import { canaryAnnotations, canaryPolicyOf, canaryShare } from '../ingress-nginx/canary.ts'
import { nginxConfiguration } from '../ingress-nginx/configuration.ts'
import { isIngress, type Ingress, type IngressBackend, type IngressRule } from '../ingress-nginx/objects.ts'
import { checkRows, rowText, type Row } from '../rows.ts'
import { done, refused, type Capabilities, type Outcome } from './router.ts'

/** What canary annotations can say. */
export const nginxIngressCan: Capabilities = {
  shares: true,
  subsets: false,
  entries: false,
  foreign: false,
  literals: false,
  headers: true,
  mirror: false,
}

/** The two Services of a run, in the namespace of the Ingress: a backend can name no other. */
export interface IngressSides {
  readonly stable: string
  readonly canary: string
}

/** What stood in the canary Ingress before a run. */
export type CanarySnapshot = { readonly is: 'absent' } | { readonly is: 'present'; readonly weights: Readonly<Record<string, string>> }

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
  main: KubernetesObject,
  sides: IngressSides,
  weight: number,
  others: readonly Ingress[] = [],
): Outcome<Ingress> {
  const read = readMain(main, sides)
  if (read.is === 'refused') return read
  const canary = madeFrom(read.value, sides, weight)
  const problem = unheard(read.value, canary, sides, others)
  return problem === undefined ? done(canary) : refused({ is: 'not-expressible', reason: problem })
}

/** Writes rows into the canary Ingress: its weight is the canary's percent, of its own total where it names one. */
export function writeCanaryWeight(canary: Ingress, rows: readonly Row[]): Outcome<Ingress> {
  const problems = checkRows(rows)
  if (problems.length > 0) return refused({ is: 'rows', problems })
  const literal = rows.find(({ to }) => typeof to !== 'string')
  if (literal) return refused({ is: 'not-expressible', reason: `there is no place for ${rowText(literal.to)} beside stable and canary` })
  const percent = rows.find(({ to }) => to === 'canary')?.weight ?? 0
  const { weightTotal = 100 } = canaryPolicyOf(canary) ?? {}
  return done(
    withAnnotations(canary, {
      [canaryAnnotations.enabled]: 'true',
      [canaryAnnotations.weight]: String(Math.round((percent * weightTotal) / 100)),
    }),
  )
}

/** The split as ingress-nginx reads it: without a canary Ingress everything is stable's. Requests with its header or cookie are not in it. */
export function readCanarySplit(canary: Ingress | undefined): readonly Row[] {
  const policy = canary && canaryPolicyOf(canary)
  const percent = policy ? canaryShare(policy) * 100 : 0
  return [
    { to: 'stable', weight: 100 - percent },
    { to: 'canary', weight: percent },
  ]
}

/** What `restoreCanary` gives back: taken before the first write of a run. */
export function snapshotCanary(canary: Ingress | undefined): CanarySnapshot {
  const { annotations = {} } = canary?.metadata ?? {}
  return canary
    ? { is: 'present', weights: Object.fromEntries(Object.entries(annotations).filter(([name]) => ofWeight.has(name))) }
    : { is: 'absent' }
}

/** The canary Ingress as it was; undefined where there was none: it is to be deleted, once its weight of 0 has arrived. */
export function restoreCanary(canary: Ingress, snapshot: CanarySnapshot): Ingress | undefined {
  if (snapshot.is === 'absent') return undefined
  return withAnnotations(canary, { ...Object.fromEntries([...ofWeight].map(name => [name, undefined])), ...snapshot.weights })
}

const ofWeight: ReadonlySet<string> = new Set([canaryAnnotations.enabled, canaryAnnotations.weight, canaryAnnotations.weightTotal])

function readMain(object: KubernetesObject, sides: IngressSides): Outcome<Ingress> {
  if (!isIngress(object)) return refused({ is: 'other-kind', want: 'Ingress' })
  const main = object as Ingress
  if (canaryPolicyOf(main))
    return refused({ is: 'not-expressible', reason: 'it is a canary Ingress itself: name the one that it belongs to' })
  const backends = backendsOf(main)
  if (backends.length === 0) return refused({ is: 'no-entries' })
  const services = [...new Set(backends.flatMap(({ service }) => service?.name ?? []))]
  if (!services.includes(sides.stable)) return refused({ is: 'none-ours', entry: 'rules', destinations: services })
  if (!services.includes(sides.canary)) return done(main)
  return refused({ is: 'not-expressible', reason: `Service ${sides.canary} is a backend of it already, and would be no canary` })
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
  const apart = others.filter(other => fullName(other) !== own && fullName(other) !== mine)
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

function fullName({ metadata: { name, namespace = 'default' } }: Ingress): string {
  return `${namespace}/${name}`
}

/** The very same object where nothing changes; undefined takes an annotation out. */
function withAnnotations(ingress: Ingress, changes: Readonly<Record<string, string | undefined>>): Ingress {
  const { annotations = {} } = ingress.metadata
  if (Object.entries(changes).every(([name, value]) => annotations[name] === value)) return ingress
  const kept = Object.entries({ ...annotations, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { ...ingress, metadata: { ...ingress.metadata, annotations: Object.fromEntries(kept) } }
}
