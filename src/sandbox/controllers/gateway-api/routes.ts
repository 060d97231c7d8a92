import { istioGatewayController, judgeRoute, type GatewayRoute, type ParentRef } from '#model/traffic/index.ts'
import { equal } from '#sandbox/api-server/index.ts'
import { conditionsOf } from '../conditions.ts'
import { namesIn, type Controller, type ControllerWorld } from '../controller.ts'
import type { Objects } from '../objects.ts'
import { keyOf, timestamp, type Condition } from '../shapes.ts'
import { gatewayApi, routingConfig } from './world.ts'

interface RouteStatus {
  readonly parents?: readonly {
    readonly parentRef: ParentRef
    readonly controllerName: string
    readonly conditions?: readonly Condition[]
  }[]
}

/** `status.parents` of routes of a kind, as istiod writes it: what it says of its own Gateways; what others have said stays. */
export function routeController(kind: GatewayRoute['kind'], { objects, clock }: ControllerWorld, delay: () => number): Controller {
  const every = (): readonly string[] => objects.list(gatewayApi[kind]).map(({ metadata }) => keyOf(metadata))
  return {
    name: kind.toLowerCase(),
    delay,
    watches: {
      [gatewayApi[kind]]: ({ object }) => [keyOf(object.metadata)],
      [gatewayApi.GatewayClass]: every,
      [gatewayApi.Gateway]: every,
      [gatewayApi.ReferenceGrant]: every,
      namespaces: every,
      services: every,
    },
    reconcile(key) {
      const { namespace, name } = namesIn(key)
      const route = objects.get(gatewayApi[kind], namespace, name) as GatewayRoute | undefined
      if (route && !route.metadata.deletionTimestamp) level(objects, route, timestamp(clock.now()))
    },
  }
}

function level(objects: Objects, route: GatewayRoute, at: string): void {
  const { parents: former = [] } = (route.status ?? {}) as RouteStatus
  const own = judgeRoute(route, routingConfig(objects)).map(({ parentRef, conditions }) => {
    const before = former.find(one => one.controllerName === istioGatewayController && equal(one.parentRef, parentRef))
    const { generation } = route.metadata
    return {
      parentRef,
      controllerName: istioGatewayController,
      conditions: conditionsOf(conditions, before?.conditions, { generation, at }),
    }
  })
  const parents = [...former.filter(({ controllerName }) => controllerName !== istioGatewayController), ...own]
  if (!equal(parents, former)) objects.replace(gatewayApi[route.kind], { ...route, status: { parents } }, 'status')
}
