// 1. A proxy believes what it was last sent, type by type; it never looks at the cluster itself.
// 2. A cluster without its first assignment is still warming: no request can take it.
// 3. A route configuration that is refused leaves the former one of that name in force.
import type { Assignment, Cluster } from './clusters.ts'
import type { Endpoint } from './endpoints.ts'
import type { Listener, RouteConfiguration } from './routes.ts'

/** What one message carries. */
export type Resources =
  | { readonly type: 'clusters'; readonly clusters: readonly Cluster[] }
  | { readonly type: 'endpoints'; readonly assignments: readonly Assignment[] }
  | { readonly type: 'listeners'; readonly listeners: readonly Listener[] }
  | { readonly type: 'routes'; readonly routes: readonly RouteConfiguration[] }

/** A cluster that requests can take, with the endpoints that the proxy knows. */
export interface LiveCluster {
  readonly cluster: Cluster
  readonly endpoints: readonly Endpoint[]
}

/** What a proxy believes about the mesh. */
export class ProxyView {
  #clusters: ReadonlyMap<string, Cluster> = new Map()
  readonly #assignments = new Map<string, readonly Endpoint[]>()
  readonly #live = new Map<string, LiveCluster>()
  #listeners: readonly Listener[] = []
  readonly #routes = new Map<string, RouteConfiguration>()
  /** Messages that it has taken. */
  taken = 0

  /** Takes a message; answers why it was refused, in Envoy's words, or undefined. */
  accept(resources: Resources): string | undefined {
    this.taken += 1
    switch (resources.type) {
      case 'clusters':
        this.#clusters = new Map(resources.clusters.map(cluster => [cluster.name, cluster]))
        for (const name of this.#assignments.keys()) if (!this.#clusters.has(name)) this.#assignments.delete(name)
        this.#warm()
        return undefined
      case 'endpoints':
        for (const { cluster, endpoints } of resources.assignments) this.#assignments.set(cluster, endpoints)
        this.#warm()
        return undefined
      case 'listeners':
        this.#listeners = resources.listeners
        return undefined
      case 'routes':
        return this.#takeRoutes(resources.routes)
    }
  }

  /** The routes of a port; undefined where nothing listens. A listener without its routes does not listen yet. */
  routesOn(port: number): RouteConfiguration | undefined {
    const listener = this.#listeners.find(one => one.port === port)
    return listener && this.#routes.get(listener.routes)
  }

  /** Whether some cluster waits for its first assignment. */
  isWarming(): boolean {
    return this.#live.size < this.#clusters.size
  }

  cluster(name: string): LiveCluster | undefined {
    return this.#live.get(name)
  }

  /** Everything, for diagnosis. */
  show(): {
    readonly listeners: readonly Listener[]
    readonly routes: readonly RouteConfiguration[]
    readonly clusters: readonly LiveCluster[]
  } {
    return { listeners: this.#listeners, routes: [...this.#routes.values()], clusters: [...this.#live.values()] }
  }

  #warm(): void {
    this.#live.clear()
    for (const cluster of this.#clusters.values()) {
      const endpoints = this.#assignments.get(cluster.name)
      if (endpoints) this.#live.set(cluster.name, { cluster, endpoints })
    }
  }

  #takeRoutes(routes: readonly RouteConfiguration[]): string | undefined {
    const words: string[] = []
    for (const configuration of routes) {
      if (configuration.refusal === undefined) this.#routes.set(configuration.name, configuration)
      else words.push(configuration.refusal)
    }
    for (const name of this.#routes.keys()) if (!routes.some(route => route.name === name)) this.#routes.delete(name)
    return words.length > 0 ? words.join('\n') : undefined
  }
}
