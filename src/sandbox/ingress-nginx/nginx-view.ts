import type { KubernetesObject } from '#base/index.ts'
import {
  nginxConfiguration,
  nginxIngresses,
  nginxTable,
  type Ingress,
  type NginxResolution,
  type NginxUpstream,
  type RoutedRequest,
} from '#model/traffic/index.ts'
import type { ObjectStore } from '#sandbox/api-server/index.ts'
import type { Address } from '#sandbox/pods/index.ts'

/** What of the cluster ingress-nginx looks at. */
export const watched = [
  'ingresses.networking.k8s.io',
  'ingressclasses.networking.k8s.io',
  'services',
  'endpointslices.discovery.k8s.io',
] as const

/** An address, and the name of the pod that has it. */
export interface NginxEndpoint extends Address {
  readonly pod: string
}

/** What ingress-nginx has seen at one look. */
export interface NginxView {
  route(request: RoutedRequest): NginxResolution
  /** The ready addresses of an upstream; none for one without pods, and for a Service or port that is not there. */
  endpoints(upstream: NginxUpstream): readonly NginxEndpoint[]
  /** Hosts and paths: where they are new, the configuration has to be loaded again. */
  readonly paths: string
}

/** Looks at the cluster. */
export function lookAt(store: ObjectStore): NginxView {
  const [ingresses, classes] = [store.list(watched[0]) as readonly Ingress[], store.list(watched[1])]
  const configuration = nginxConfiguration(nginxIngresses(ingresses, classes))
  const services = store.list('services') as readonly Service[]
  const slices = store.list(watched[3]) as readonly EndpointSlice[]
  const known = new Map<string, readonly NginxEndpoint[]>()
  const paths = [...configuration.servers].map(([host, locations]) => [host, locations.map(({ path, pathType }) => [path, pathType])])
  return {
    route: nginxTable(configuration),
    endpoints(upstream) {
      const found = known.get(upstream.name) ?? endpointsOf(upstream, services, slices)
      known.set(upstream.name, found)
      return found
    },
    paths: JSON.stringify(paths),
  }
}

interface Service extends KubernetesObject {
  readonly spec?: { readonly ports?: readonly { readonly name?: string; readonly port: number }[] }
}

interface EndpointSlice extends KubernetesObject {
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[] | null
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[]
        readonly conditions?: { readonly ready?: boolean }
        readonly targetRef?: { readonly name?: string }
      }[]
    | null
}

function endpointsOf(
  { namespace, service, port }: NginxUpstream,
  services: readonly Service[],
  slices: readonly EndpointSlice[],
): readonly NginxEndpoint[] {
  const object = services.find(({ metadata }) => metadata.name === service && metadata.namespace === namespace)
  const found = object?.spec?.ports?.find(one => one.port === port || one.name === port)
  if (!found) return []
  const own = slices.filter(
    ({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === service,
  )
  return own.flatMap(({ ports, endpoints }) => {
    const target = ports?.find(({ name = '' }) => name === (found.name ?? ''))?.port
    const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false)
    return target === undefined
      ? []
      : ready.flatMap(({ addresses: [ip], targetRef: { name: pod = '' } = {} }) => (ip === undefined ? [] : [{ ip, port: target, pod }]))
  })
}
