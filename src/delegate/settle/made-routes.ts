// istiod makes VirtualServices of routes of the Gateway API, and its pushes hold those; they carry no generation. That they are made of the
// version that configz shows is told by their weights: of every rule the backends with a weight, once per match, as Istio converts them.
import type { KubernetesObject } from '#base/index.ts'

/** What Istio notes on an object that it makes of others: `HTTPRoute/cart.shop`, several of them with commas. */
const parents = 'internal.istio.io/parents'

/** Tells of a route whether all that is made of it, on the same page, is of this version of it. */
export function madeOf(page: readonly KubernetesObject[]): (route: KubernetesObject) => boolean {
  const made = new Map<string, readonly KubernetesObject[]>()
  for (const object of page)
    for (const parent of object.metadata.annotations?.[parents]?.split(',') ?? []) made.set(parent, [...(made.get(parent) ?? []), object])
  return route => {
    const { name, namespace = '' } = route.metadata
    const own = made.get(`${route.kind}/${name}.${namespace}`)?.filter(({ kind }) => kind === 'VirtualService') ?? []
    const wanted = counted(wantedOf(route))
    return own.length > 0 && own.every(each => holds(counted(foundIn(each)), wanted))
  }
}

interface Weighted {
  readonly host: string
  readonly weight: number
}

interface Rule {
  readonly matches?: readonly unknown[]
  readonly backendRefs?: readonly { readonly kind?: string; readonly name: string; readonly namespace?: string; readonly weight?: number }[]
}

/** One text per match of every rule. Rules that send nothing anywhere, and backends that are no Services, tell nothing. */
function wantedOf({ metadata, spec }: KubernetesObject): readonly string[] {
  const { rules = [] } = (spec ?? {}) as { readonly rules?: readonly Rule[] }
  return rules.flatMap(({ matches = [], backendRefs = [] }) => {
    if (backendRefs.some(({ kind = 'Service' }) => kind !== 'Service')) return []
    const backends = backendRefs.map(({ name, namespace = metadata.namespace ?? '', weight = 1 }) => ({
      host: `${name}.${namespace}`,
      weight,
    }))
    const split = textOf(backends.filter(({ weight }) => weight > 0))
    return split === '' ? [] : Array.from({ length: Math.max(1, matches.length) }, () => split)
  })
}

interface Entry {
  readonly route?: readonly { readonly destination?: { readonly host?: string }; readonly weight?: number }[]
}

function foundIn({ spec }: KubernetesObject): readonly string[] {
  const { http = [] } = (spec ?? {}) as { readonly http?: readonly Entry[] }
  return http.map(({ route = [] }) =>
    textOf(route.map(({ destination, weight = 0 }) => ({ host: (destination?.host ?? '').split('.').slice(0, 2).join('.'), weight }))),
  )
}

/** A single backend gets everything, whatever its weight. */
function textOf(split: readonly Weighted[]): string {
  if (split.length === 1) return split[0]?.host ?? ''
  return split
    .map(({ host, weight }) => `${host}=${weight}`)
    .toSorted()
    .join(' ')
}

function counted(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

/** Routes for one host are merged, so there may be more than ours. */
function holds(found: ReadonlyMap<string, number>, wanted: ReadonlyMap<string, number>): boolean {
  return [...wanted].every(([text, count]) => (found.get(text) ?? 0) >= count)
}
