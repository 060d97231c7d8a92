import { isPodReady } from '#sandbox/pods/index.ts'
import type { KubernetesObject } from '#base/index.ts'
import { equal } from '#sandbox/api-server/index.ts'
import { namesIn, type Controller, type ControllerWorld } from './controller.ts'
import type { Objects } from './objects.ts'
import { controlledBy, hasLabels, keyOf, ownedBy, type Container, type Labels, type Pod } from './shapes.ts'

const slices = 'endpointslices.discovery.k8s.io'

interface Service extends KubernetesObject {
  readonly spec?: {
    readonly selector?: Labels
    readonly publishNotReadyAddresses?: boolean
    readonly type?: string
    readonly ports?: readonly {
      readonly name?: string
      readonly port: number
      readonly targetPort?: number | string
      readonly protocol?: string
      readonly appProtocol?: string
    }[]
  }
}

/** Service and Pods → EndpointSlice: every pod with an address, ready or not, until it is gone. */
export function endpointSliceController({ objects }: ControllerWorld, delay: () => number): Controller {
  const selecting = (labels: Labels | undefined, namespace: string | undefined): readonly string[] =>
    (objects.list('services', namespace) as readonly Service[])
      .filter(service => selected(service, labels))
      .map(service => keyOf(service.metadata))
  return {
    name: 'endpointslice',
    delay,
    watches: {
      services: ({ object }) => [keyOf(object.metadata)],
      pods: ({ object: { metadata }, previous }) => [
        ...new Set([metadata.labels, previous?.metadata.labels].flatMap(labels => selecting(labels, metadata.namespace))),
      ],
    },
    reconcile(key) {
      const { namespace, name } = namesIn(key)
      const service = objects.get('services', namespace, name) as Service | undefined
      if (service && !service.metadata.deletionTimestamp && service.spec?.selector && service.spec.type !== 'ExternalName')
        level(objects, service)
    },
  }
}

function selected(service: Service, labels: Labels | undefined): boolean {
  const selector = service.spec?.selector ?? {}
  return Object.keys(selector).length > 0 && hasLabels(labels, selector)
}

function level(objects: Objects, service: Service): void {
  const pods = (objects.list('pods', service.metadata.namespace) as readonly Pod[]).filter(pod => selected(service, pod.metadata.labels))
  const endpoints = pods.filter(lives).map(pod => endpointOf(service, pod))
  const ports = endpoints.length > 0 ? portsOf(service, pods) : null
  const content = { addressType: 'IPv4', endpoints: endpoints.length > 0 ? endpoints : null, ports }
  const present = objects.list(slices, service.metadata.namespace).find(slice => ownedBy(slice, service))
  if (!present) {
    objects.create(slices, { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: metadataOf(service), ...content })
    return
  }
  const { addressType, endpoints: oldEndpoints, ports: oldPorts } = present
  if (equal({ addressType, endpoints: oldEndpoints, ports: oldPorts }, content)) return
  objects.replace(slices, { ...present, ...content })
}

function lives({ status }: Pod): boolean {
  return Boolean(status?.podIP) && status?.phase !== 'Succeeded' && status?.phase !== 'Failed'
}

function endpointOf(service: Service, pod: Pod): object {
  const { namespace, name, uid, deletionTimestamp } = pod.metadata
  const ready = isPodReady(pod)
  const terminating = deletionTimestamp !== undefined
  return {
    addresses: [pod.status?.podIP],
    conditions: { ready: service.spec?.publishNotReadyAddresses === true || (ready && !terminating), serving: ready, terminating },
    targetRef: { kind: 'Pod', namespace, name, uid },
    nodeName: pod.spec.nodeName,
  }
}

function portsOf(service: Service, pods: readonly Pod[]): readonly object[] {
  return (service.spec?.ports ?? []).map(({ name = '', port, targetPort = port, protocol = 'TCP', appProtocol }) => ({
    name,
    protocol,
    port: typeof targetPort === 'number' ? targetPort : namedPort(targetPort, pods),
    ...(appProtocol ? { appProtocol } : {}),
  }))
}

function namedPort(name: string, pods: readonly Pod[]): number | undefined {
  const ports = pods.flatMap(pod => pod.spec.containers ?? []).flatMap((container: Container) => container.ports ?? [])
  return ports.find(port => port.name === name)?.containerPort
}

function metadataOf(service: Service): KubernetesObject['metadata'] {
  const { name, namespace } = service.metadata
  return {
    name: '',
    generateName: `${name}-`,
    ...(namespace ? { namespace } : {}),
    labels: {
      ...service.metadata.labels,
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': name,
    },
    ownerReferences: [controlledBy(service)],
  }
}
