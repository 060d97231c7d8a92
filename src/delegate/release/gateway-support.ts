import { Failure, type KubernetesObject } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import { unseenBecause } from '#delegate/preflight/index.ts'
import { isGatewayRoute, parentsOf, type KubernetesGateway, type ParentSupport } from '#model/traffic/index.ts'

const apiVersion = 'gateway.networking.k8s.io/v1'

interface GatewayClass extends KubernetesObject {
  readonly spec?: { readonly controllerName?: string }
  readonly status?: {
    /** Names alone in Gateway API 1.0. */
    readonly supportedFeatures?: readonly (string | { readonly name: string })[]
  }
}

/** What the gateways of these routes say that they can, parent by parent; undefined where no route is of the Gateway API. */
export async function supportOf(
  routes: readonly KubernetesObject[],
  objects: Objects,
  signal: AbortSignal,
): Promise<readonly ParentSupport[] | undefined> {
  const own = routes.filter(isGatewayRoute)
  if (own.length === 0) return undefined
  return Promise.all(
    parentsOf(own).map(async ({ text, gateway }): Promise<ParentSupport> => {
      if (!gateway) return { parent: text, unread: 'only Gateways have a class that says it' }
      try {
        return { parent: text, ...(await read(gateway, objects, signal)) }
      } catch (error) {
        if (error instanceof Failure && error.code === 'SL-KUBERNETES-KIND-NOT-SERVED') return { parent: text, unread: error.message }
        return { parent: text, unread: unseenBecause(error) }
      }
    }),
  )
}

async function read(
  { name, namespace }: { readonly name: string; readonly namespace: string },
  objects: Objects,
  signal: AbortSignal,
): Promise<Omit<ParentSupport, 'parent'>> {
  const gateway = (await objects.get({ apiVersion, kind: 'Gateway', namespace, name }, signal)) as KubernetesGateway | undefined
  if (!gateway) return { unread: 'it is not there' }
  const called = gateway.spec.gatewayClassName
  const found = (await objects.get({ apiVersion, kind: 'GatewayClass', name: called }, signal)) as GatewayClass | undefined
  if (!found) return { unread: `its GatewayClass ${called} is not there` }
  const features = (found.status?.supportedFeatures ?? []).map(each => (typeof each === 'string' ? each : each.name))
  return { by: { class: `GatewayClass ${called}`, controller: found.spec?.controllerName ?? '', features } }
}
