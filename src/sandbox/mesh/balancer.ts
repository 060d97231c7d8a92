import type { Random } from '#base/index.ts'
import type { Endpoint } from './endpoints.ts'
import type { LiveCluster } from './proxy-view.ts'

/** Chooses endpoints of clusters; knows how many requests each one is answering for this proxy. */
export interface EndpointBalancer {
  /** An endpoint that was not tried before, where one can be found; any other one else. */
  choose(live: LiveCluster, tried: ReadonlySet<Endpoint>): Endpoint | undefined
  /** A request has begun. The returned function says that it has ended. */
  begin(endpoint: Endpoint): () => void
  /** How many requests it is answering now. */
  load(endpoint: Endpoint): number
}

/** How often Envoy looks for an endpoint that was not tried before (Istio's default policy). */
const hostSelectionAttempts = 5

export function createBalancer(random: Random): EndpointBalancer {
  const active = new Map<string, number>()
  const turns = new Map<string, number>()
  const key = ({ ip, port }: Endpoint): string => `${ip}:${port}`
  const load = (endpoint: Endpoint): number => active.get(key(endpoint)) ?? 0

  const pick = ({ cluster, endpoints }: LiveCluster): Endpoint | undefined => {
    const any = (): Endpoint | undefined => endpoints[Math.floor(random() * endpoints.length)]
    if (cluster.balancer === 'RANDOM') return any()
    if (cluster.balancer === 'ROUND_ROBIN') {
      const turn = (turns.get(cluster.name) ?? Math.floor(random() * endpoints.length)) + 1
      turns.set(cluster.name, turn)
      return endpoints[turn % endpoints.length]
    }
    // Power of two choices, as Envoy's LEAST_REQUEST.
    const [first, second] = [any(), any()]
    return first && second && load(second) < load(first) ? second : first
  }

  return {
    load,
    choose(live, tried) {
      let chosen = pick(live)
      for (let attempt = 1; attempt < hostSelectionAttempts && chosen && tried.has(chosen); attempt++) chosen = pick(live)
      return chosen
    },
    begin(endpoint) {
      const name = key(endpoint)
      active.set(name, (active.get(name) ?? 0) + 1)
      return () => {
        const left = (active.get(name) ?? 1) - 1
        if (left > 0) active.set(name, left)
        else active.delete(name)
      }
    },
  }
}
