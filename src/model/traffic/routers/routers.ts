import { grpcRoute, httpRoute } from './gateway-api.ts'
import { istio } from './istio.ts'
import { nginxIngress } from './nginx-ingress.ts'
import { service } from './service.ts'
import type { Router } from './router.ts'

const routers: readonly Router[] = [istio, httpRoute, grpcRoute, nginxIngress, service]

/** The router of a route's group and kind; undefined where none is there for it. The API version does not matter. */
export function routerOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): Router | undefined {
  const group = apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')))
  return routers.find(router => router.group === group && router.kind === kind)
}
