import type { KubernetesObject } from '#base/index.ts'
import type { ApiRequest, ApiResponse } from '#delegate/kubernetes/index.ts'
import { newOwnChanges } from './own-changes.ts'
import type { World } from './world.ts'

interface Weighed {
  readonly weight?: number
}

/** What is wrong with an entry's weights; undefined where nothing is. */
type Judge = (weights: readonly number[]) => string | undefined

interface RouteKind {
  /** The weights of each entry that has any. */
  entries(object: KubernetesObject): readonly (readonly number[])[]
  readonly judge: Judge
}

const nginx = 'nginx.ingress.kubernetes.io/'

/** By resource. Without a weight a destination has none in a VirtualService, where it is not the only one, and 1 in an HTTPRoute. */
const kinds: Readonly<Record<string, RouteKind>> = {
  'virtualservices.networking.istio.io': {
    entries: ({ spec }) =>
      ((spec as { readonly http?: readonly { readonly route?: readonly Weighed[] }[] }).http ?? []).map(({ route = [] }) =>
        route.map(({ weight }) => weight ?? (route.length === 1 ? 100 : 0)),
      ),
    judge: weights => negative(weights) ?? (weights.length > 1 && sum(weights) !== 100 ? `have a sum of ${sum(weights)}` : undefined),
  },
  'httproutes.gateway.networking.k8s.io': {
    entries: ({ spec }) =>
      ((spec as { readonly rules?: readonly { readonly backendRefs?: readonly Weighed[] }[] }).rules ?? []).map(({ backendRefs = [] }) =>
        backendRefs.map(({ weight = 1 }) => weight),
      ),
    judge: weights => negative(weights) ?? (weights.length > 0 && sum(weights) === 0 ? 'send nobody anywhere' : undefined),
  },
  // The weight, and of how much.
  'ingresses.networking.k8s.io': {
    entries: ({ metadata: { annotations = {} } }) => {
      const weight = annotations[`${nginx}canary-weight`]
      return weight === undefined ? [] : [[Number(weight), Number(annotations[`${nginx}canary-weight-total`] ?? 100)]]
    },
    judge: ([weight = 0, total = 0]) => negative([weight, total]) ?? (weight > total ? 'give more than there is' : undefined),
  },
}

const sum = (weights: readonly number[]): number => weights.reduce((total, weight) => total + weight, 0)

/** All of the three APIs take whole numbers from 0 on. */
function negative(weights: readonly number[]): string | undefined {
  return weights.every(weight => Number.isInteger(weight) && weight >= 0) ? undefined : 'are no whole numbers from 0 on'
}

/** Weights that the run writes are those that the API demands and people mean. An entry that is as it was before a write is not the run's. */
export function newWeights({ sandbox }: Pick<World, 'sandbox'>, violation: (text: string) => void) {
  const changes = newOwnChanges<readonly string[]>(wrong => wrong.forEach(violation))
  for (const [resource, { entries, judge }] of Object.entries(kinds))
    sandbox.apiServer.objects.subscribe(resource, ({ type, object, previous }) => {
      if (type === 'DELETED') return
      const before = new Set(previous ? entries(previous).map(String) : [])
      const wrong = entries(object).flatMap(weights => {
        const why = before.has(String(weights)) ? undefined : judge(weights)
        return why === undefined ? [] : [`weights: [${weights.join(',')}] of ${resource.split('.')[0]}/${object.metadata.name} ${why}`]
      })
      changes.seen(object, wrong)
    })
  return {
    took(request: ApiRequest, answer: ApiResponse): void {
      if (request.method !== 'DELETE') changes.took(request, answer)
    },
  }
}
