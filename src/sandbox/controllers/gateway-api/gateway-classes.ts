import type { KubernetesObject } from '#base/index.ts'
import { istioGatewayController } from '#model/traffic/index.ts'
import { equal } from '#sandbox/api-server/index.ts'
import { conditionsOf } from '../conditions.ts'
import type { Controller, ControllerWorld } from '../controller.ts'
import { timestamp, type Condition } from '../shapes.ts'
import { gatewayApi } from './world.ts'

/** What the sandbox's gateways can, by the names that the Gateway API gives features. */
const features = [
  'GRPCRoute',
  'Gateway',
  'HTTPRoute',
  'HTTPRouteBackendRequestHeaderModification',
  'HTTPRouteBackendTimeout',
  'HTTPRouteCORS',
  'HTTPRouteHostRewrite',
  'HTTPRouteMethodMatching',
  'HTTPRouteNamedRouteRule',
  'HTTPRouteParentRefPort',
  'HTTPRoutePathRedirect',
  'HTTPRoutePathRewrite',
  'HTTPRoutePortRedirect',
  'HTTPRouteQueryParamMatching',
  'HTTPRouteRequestMirror',
  'HTTPRouteRequestMultipleMirrors',
  'HTTPRouteRequestPercentageMirror',
  'HTTPRouteRequestTimeout',
  'HTTPRouteResponseHeaderModification',
  'HTTPRouteSchemeRedirect',
  'ReferenceGrant',
]

interface GatewayClass extends KubernetesObject {
  readonly spec: { readonly controllerName?: string }
  readonly status?: { readonly conditions?: readonly Condition[] }
}

/** GatewayClasses of Istio: accepted, with what its gateways can. */
export function gatewayClassController({ objects, clock }: ControllerWorld, delay: () => number): Controller {
  return {
    name: 'gatewayclass',
    delay,
    watches: { [gatewayApi.GatewayClass]: ({ object }) => [object.metadata.name] },
    reconcile(name) {
      const found = objects.get(gatewayApi.GatewayClass, '', name) as GatewayClass | undefined
      if (found?.spec.controllerName !== istioGatewayController) return
      const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'Handled by Istio controller' } as const
      const stamp = { generation: found.metadata.generation, at: timestamp(clock.now()) }
      const conditions = conditionsOf([accepted], found.status?.conditions, stamp)
      const status = { conditions, supportedFeatures: features.map(feature => ({ name: feature })) }
      if (!equal(status, found.status)) objects.replace(gatewayApi.GatewayClass, { ...found, status }, 'status')
    },
  }
}
