import { Failure } from '#base/index.ts'
import type { AccessRight, Objects } from '#delegate/kubernetes/index.ts'
import { nginxController } from '#model/traffic/index.ts'
import type { Arguments, ServiceName } from './arguments.ts'

/** What the stories stand on. */
export interface Ground {
  /** `v1.33.1` */
  readonly server: string
  /** Undefined: the stories that need Istio cannot be played; `without` says why. */
  readonly istio: { readonly says: string; readonly gateway: Readonly<Record<string, string>>; readonly host: string } | undefined
  readonly without: string
  /** Why the stories of the Gateway API cannot be played; empty where they can. */
  readonly withoutHttpRoutes: string
  /** Undefined: the story of ingress-nginx cannot be played; `withoutIngress` says why. */
  readonly ingress: { readonly says: string; readonly className: string; readonly host: string } | undefined
  readonly withoutIngress: string
  /** In words of RBAC; empty where nothing is missing. */
  readonly missing: readonly string[]
}

const istioApi = 'networking.istio.io/v1'
const gatewayApi = 'gateway.networking.k8s.io/v1'
const ingressApi = 'networking.k8s.io/v1'

/** Looks at the cluster before anything is written. Rejects where it does not answer. */
export async function lookFirst(objects: Objects, { gateway, ingress: nginx, prefix }: Arguments, signal: AbortSignal): Promise<Ground> {
  const { status, body } = await objects.cluster.request({ method: 'GET', path: '/version' }, signal)
  if (status !== 200) throw new Error(`${objects.cluster.name}: /version answered ${status}`)
  const istio = await lookAtIstio(objects, gateway, signal)
  const withoutHttpRoutes = typeof istio === 'string' ? istio : await lookAtGatewayApi(objects, signal)
  const ingress = await lookAtNginx(objects, nginx, signal)
  return {
    server: (body as { readonly gitVersion?: string }).gitVersion ?? 'of an unknown version',
    istio: typeof istio === 'string' ? undefined : istio,
    without: typeof istio === 'string' ? istio : '',
    withoutHttpRoutes,
    ingress: typeof ingress === 'string' ? undefined : ingress,
    withoutIngress: typeof ingress === 'string' ? ingress : '',
    missing: await missingRights(
      objects,
      `${prefix}-x`,
      { istio: typeof istio !== 'string', httpRoutes: withoutHttpRoutes === '', ingress: typeof ingress !== 'string' },
      signal,
    ),
  }
}

async function lookAtIstio(
  objects: Objects,
  gateway: Arguments['gateway'],
  signal: AbortSignal,
): Promise<NonNullable<Ground['istio']> | string> {
  const [api] = await isServed(objects, { apiVersion: istioApi, kind: 'VirtualService' }, signal)
  if (!api) return 'the cluster does not serve networking.istio.io: Istio is not installed'
  const pods = { apiVersion: 'v1', kind: 'Pod', labels: 'app=istiod' }
  const istiods = (await listed(objects, pods, signal)) ?? (await listed(objects, { ...pods, namespace: 'istio-system' }, signal))
  if (!istiods) return 'it cannot be seen: no right to list pods in istio-system'
  if (istiods.length === 0) return 'no istiod runs (no pod with the label app=istiod)'
  const found = await lookAtProxies(objects, gateway, { what: 'ingress gateway', option: '--gateway' }, signal)
  if (typeof found === 'string') return found
  const { namespace, name } = gateway
  const says = `Istio ${versionOf(istiods[0])}, ${count(istiods.length, 'istiod')}, ${count(found.pods, 'gateway pod')} behind ${namespace}/${name}`
  return { says, gateway: found.selector, host: hostOf(gateway) }
}

async function lookAtNginx(objects: Objects, service: ServiceName, signal: AbortSignal): Promise<NonNullable<Ground['ingress']> | string> {
  const classes = await listed(objects, { apiVersion: ingressApi, kind: 'IngressClass' }, signal)
  if (!classes) return 'no right to list ingressclasses.networking.k8s.io'
  const own = classes.find(({ spec }) => (spec as { readonly controller?: string } | undefined)?.controller === nginxController)
  if (!own) return `there is no IngressClass of ${nginxController}`
  const found = await lookAtProxies(objects, service, { what: 'ingress-nginx', option: '--ingress' }, signal)
  if (typeof found === 'string') return found
  const className = own.metadata.name
  const says = `IngressClass ${className}, ${count(found.pods, 'pod')} of ingress-nginx behind ${service.namespace}/${service.name}`
  return { says, className, host: hostOf(service) }
}

function hostOf({ namespace, name }: ServiceName): string {
  return `${name}.${namespace}.svc.cluster.local`
}

/** The pods behind a Service through which requests come in. `option`: names another one. */
async function lookAtProxies(
  objects: Objects,
  { namespace, name }: ServiceName,
  { what, option }: { readonly what: string; readonly option: string },
  signal: AbortSignal,
): Promise<{ readonly selector: Readonly<Record<string, string>>; readonly pods: number } | string> {
  const ref = { apiVersion: 'v1', kind: 'Service', namespace, name }
  const service = await unlessForbidden(async () => (await objects.get(ref, signal)) ?? null)
  if (service === undefined) return `its ${what} cannot be seen: no right to get services in ${namespace}`
  if (!service) return `there is no ${what}: no Service ${namespace}/${name} (name another with ${option})`
  const { selector = {}, ports = [] } = (service.spec ?? {}) as {
    readonly selector?: Readonly<Record<string, string>>
    readonly ports?: readonly { readonly port: number }[]
  }
  if (!ports.some(({ port }) => port === 80)) return `Service ${namespace}/${name} has no port 80`
  const labels = Object.entries(selector)
    .map(entry => entry.join('='))
    .join(',')
  const proxies = await listed(objects, { apiVersion: 'v1', kind: 'Pod', namespace, labels }, signal)
  if (!proxies) return `its ${what} cannot be seen: no right to list pods in ${namespace}`
  return proxies.length === 0 ? `no pod runs behind Service ${namespace}/${name}` : { selector, pods: proxies.length }
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`
}

function listed(objects: Objects, of: Parameters<Objects['list']>[0], signal: AbortSignal) {
  return unlessForbidden(async () => (await objects.list(of, signal)).items)
}

async function lookAtGatewayApi(objects: Objects, signal: AbortSignal): Promise<string> {
  const [api] = await isServed(objects, { apiVersion: gatewayApi, kind: 'HTTPRoute' }, signal)
  if (!api) return `the cluster does not serve ${gatewayApi}`
  const ref = { apiVersion: gatewayApi, kind: 'GatewayClass', name: 'istio' }
  const gatewayClass = await unlessForbidden(async () => (await objects.get(ref, signal)) ?? null)
  if (gatewayClass === undefined) return 'no right to get gatewayclasses.gateway.networking.k8s.io'
  return gatewayClass ? '' : 'there is no GatewayClass istio'
}

/** Undefined where a right is missing: another look, or fewer stories, may do without. */
async function unlessForbidden<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof Failure && error.code === 'SL-KUBERNETES-FORBIDDEN') return undefined
    throw error
  }
}

/** Of a pod's first image: its tag. */
function versionOf(pod: { readonly spec?: unknown } | undefined): string {
  const { containers = [] } = (pod?.spec ?? {}) as { readonly containers?: readonly { readonly image?: string }[] }
  return containers[0]?.image?.split(':').at(-1) ?? 'of an unknown version'
}

async function isServed(
  objects: Objects,
  kind: { readonly apiVersion: string; readonly kind: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return [await objects.path(kind, signal)]
  } catch (error) {
    if (error instanceof Failure && error.code === 'SL-KUBERNETES-KIND-NOT-SERVED') return []
    throw error
  }
}

/** What the suite itself and the runs do in the namespaces; the runs' own preflight says more, where something narrower is missing. */
async function missingRights(
  objects: Objects,
  namespace: string,
  { istio, httpRoutes, ingress }: { readonly istio: boolean; readonly httpRoutes: boolean; readonly ingress: boolean },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const all = ['get', 'list', 'watch', 'create', 'patch', 'delete']
  const here = (apiVersion: string, kind: string, verbs: readonly string[], subresource?: string): readonly AccessRight[] =>
    verbs.map(verb => ({ verb, apiVersion, kind, namespace, ...(subresource === undefined ? {} : { subresource }) }))
  const rights: readonly AccessRight[] = [
    ...['get', 'create', 'delete'].map(verb => ({ verb, apiVersion: 'v1', kind: 'Namespace' })),
    ...['ConfigMap', 'Service', 'Pod'].flatMap(kind => here('v1', kind, all)),
    ...here('v1', 'Pod', ['create', 'get'], 'portforward'),
    ...here('apps/v1', 'Deployment', all),
    ...here('apps/v1', 'Deployment', ['patch'], 'scale'),
    ...here('apps/v1', 'ReplicaSet', ['get', 'list', 'watch']),
    ...here('discovery.k8s.io/v1', 'EndpointSlice', ['get', 'list', 'watch']),
    ...here('coordination.k8s.io/v1', 'Lease', all),
    ...(istio ? ['VirtualService', 'DestinationRule', 'Gateway'].flatMap(kind => here(istioApi, kind, all)) : []),
    ...(ingress ? here(ingressApi, 'Ingress', all) : []),
    ...(httpRoutes ? ['HTTPRoute', 'Gateway'].flatMap(kind => here(gatewayApi, kind, all)) : []),
  ]
  const answers = await Promise.all(rights.map(async right => ({ right, ...(await objects.may(right, signal)) })))
  const missing = new Map<string, string[]>()
  for (const { right, allowed, resource } of answers) if (!allowed) missing.set(resource, [...(missing.get(resource) ?? []), right.verb])
  return [...missing].map(([resource, verbs]) => `${resource} (${verbs.join(' ')})`)
}
