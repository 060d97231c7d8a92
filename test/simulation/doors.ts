import type { GatewayProxy, NginxProxy, Sandbox } from '#sandbox/index.ts'
import { shop } from './application.ts'
import type { Asked } from './asked.ts'
import { isBehindNginx, type Shape } from './script.ts'
import { clusterOf, destinationOf } from './splits.ts'

/** A pod that a proxy may send to. */
export interface Listed {
  readonly ip: string
  readonly pod: string
}

/** Where a proxy sends one kind of request. */
export interface Believed {
  readonly destination: string
  readonly share: number
}

/** A proxy that users' requests come in by, and what it believes. */
export interface Door {
  readonly name: string
  /** Another value whenever it may believe anything else. */
  state(): unknown
  /** The same thing for as long as requests go by the same routes; undefined while there are none. */
  routes(): object | undefined
  believed(asked: Asked): readonly Believed[]
  /** The same list for as long as nothing changes about it; undefined where the proxy does not know the destination. */
  list(destination: string): readonly Listed[] | undefined
}

/** Where the users of a shape come in: all proxies that run now, in the order of their names. */
export function doorsOf(sandbox: Sandbox, shape: Shape): () => readonly Door[] {
  const known = new WeakMap<object, Door>()
  const remembered =
    <P extends object>(make: (proxy: P) => Door) =>
    (proxy: P): Door => {
      const door = known.get(proxy) ?? make(proxy)
      known.set(proxy, door)
      return door
    }
  const [ofGateway, ofNginx] = [remembered(gatewayDoor), remembered(nginxDoor)]
  // A pod that has not looked yet is not ready: nobody sends to it.
  if (isBehindNginx(shape))
    return () =>
      sandbox
        .nginx()
        .filter(({ view }) => view !== undefined)
        .map(ofNginx)
  return () => sandbox.gateways().map(ofGateway)
}

function gatewayDoor({ peer, view }: GatewayProxy): Door {
  return {
    name: peer.id,
    state: () => view.taken,
    routes: () => view.routesOn(80),
    believed({ host, path, headers = {} }) {
      const decision = view.routesOn(80)?.decide({ host, path, headers })
      const rows = decision?.is === 'routed' ? decision.destinations.filter(({ share }) => share > 0) : []
      return rows.map(({ cluster, share }) => ({ destination: destinationOf(cluster), share }))
    },
    list: destination => view.cluster(clusterOf(destination))?.endpoints,
  }
}

function nginxDoor(proxy: NginxProxy): Door {
  return {
    name: proxy.pod,
    state: () => proxy.view,
    routes: () => proxy.view,
    believed: asked => proxy.destinations(asked).map(({ upstream, share }) => ({ destination: `${upstream.service}/`, share })),
    list(destination) {
      const service = destination.slice(0, -1)
      return proxy.view?.endpoints({ name: `${shop}-${service}-80`, namespace: shop, service, port: 80 })
    },
  }
}
