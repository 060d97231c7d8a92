import type { KubernetesObject } from '#base/index.ts'
import { nginxIngresses, type Ingress } from '#model/traffic/index.ts'
import { equal } from '#sandbox/api-server/index.ts'
import { namesIn, type Controller, type ControllerWorld } from './controller.ts'
import { keyOf } from './shapes.ts'

const ingresses = 'ingresses.networking.k8s.io'
const classes = 'ingressclasses.networking.k8s.io'

/** The Service whose address ingress-nginx publishes (`--publish-service`). */
const published = { namespace: 'ingress-nginx', name: 'ingress-nginx-controller' }

/** `status.loadBalancer` of Ingresses, as ingress-nginx writes it: the address of its Service; nothing where it is not installed. */
export function ingressController({ objects }: ControllerWorld, delay: () => number): Controller {
  const every = (): readonly string[] => objects.list(ingresses).map(({ metadata }) => keyOf(metadata))
  return {
    name: 'ingress',
    delay,
    watches: { [ingresses]: ({ object }) => [keyOf(object.metadata)], [classes]: every },
    reconcile(key) {
      const { namespace, name } = namesIn(key)
      const ingress = objects.get(ingresses, namespace, name) as Ingress | undefined
      const service = objects.get('services', published.namespace, published.name)
      if (!ingress || !service || nginxIngresses([ingress], objects.list(classes)).length === 0) return
      const status = { loadBalancer: { ingress: addressesOf(service) } }
      if (!equal(status, ingress.status)) objects.replace(ingresses, { ...ingress, status }, 'status')
    },
  }
}

function addressesOf({ spec }: KubernetesObject): readonly object[] {
  const { clusterIP } = (spec ?? {}) as { readonly clusterIP?: string }
  return clusterIP ? [{ ip: clusterIP }] : []
}
