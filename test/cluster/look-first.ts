import { Failure } from '#base/index.ts'
import type { AccessRight, Objects } from '#delegate/kubernetes/index.ts'
import type { Arguments } from './arguments.ts'

/** What the stories stand on. */
export interface Ground {
  /** `v1.33.1` */
  readonly server: string
  /** Undefined: the stories that need Istio cannot be played; `without` says why. */
  readonly istio: { readonly says: string; readonly gateway: Readonly<Record<string, string>>; readonly url: string } | undefined
  readonly without: string
  /** In words of RBAC; empty where nothing is missing. */
  readonly missing: readonly string[]
}

/** Looks at the cluster before anything is written. Rejects where it does not answer. */
export async function lookFirst(objects: Objects, { gateway, prefix }: Arguments, signal: AbortSignal): Promise<Ground> {
  const { status, body } = await objects.cluster.request({ method: 'GET', path: '/version' }, signal)
  if (status !== 200) throw new Error(`${objects.cluster.name}: /version answered ${status}`)
  const istio = await lookAtIstio(objects, gateway, signal)
  return {
    server: (body as { readonly gitVersion?: string }).gitVersion ?? 'of an unknown version',
    istio: typeof istio === 'string' ? undefined : istio,
    without: typeof istio === 'string' ? istio : '',
    missing: await missingRights(objects, `${prefix}-x`, typeof istio !== 'string', signal),
  }
}

async function lookAtIstio(
  objects: Objects,
  { namespace, name }: Arguments['gateway'],
  signal: AbortSignal,
): Promise<NonNullable<Ground['istio']> | string> {
  const [api] = await isServed(objects, 'VirtualService', signal)
  if (!api) return 'the cluster does not serve networking.istio.io: Istio is not installed'
  const istiods = (await objects.list({ apiVersion: 'v1', kind: 'Pod', labels: 'app=istiod' }, signal)).items
  if (istiods.length === 0) return 'no istiod runs (no pod with the label app=istiod)'
  const service = await objects.get({ apiVersion: 'v1', kind: 'Service', namespace, name }, signal)
  if (!service) return `there is no ingress gateway: no Service ${namespace}/${name} (name another with --gateway)`
  const spec = (service.spec ?? {}) as {
    readonly selector?: Readonly<Record<string, string>>
    readonly ports?: readonly { readonly port: number }[]
  }
  if (!spec.ports?.some(({ port }) => port === 80)) return `Service ${namespace}/${name} has no port 80`
  const labels = Object.entries(spec.selector ?? {})
    .map(entry => entry.join('='))
    .join(',')
  const proxies = (await objects.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels }, signal)).items
  if (proxies.length === 0) return `no pod runs behind Service ${namespace}/${name}`
  const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`
  return {
    says: `Istio ${versionOf(istiods[0])}, ${count(istiods.length, 'istiod')}, ${count(proxies.length, 'gateway pod')} behind ${namespace}/${name}`,
    gateway: spec.selector ?? {},
    url: `http://${name}.${namespace}.svc.cluster.local/`,
  }
}

/** Of a pod's first image: its tag. */
function versionOf(pod: { readonly spec?: unknown } | undefined): string {
  const { containers = [] } = (pod?.spec ?? {}) as { readonly containers?: readonly { readonly image?: string }[] }
  return containers[0]?.image?.split(':').at(-1) ?? 'of an unknown version'
}

async function isServed(objects: Objects, kind: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return [await objects.path({ apiVersion: 'networking.istio.io/v1', kind }, signal)]
  } catch (error) {
    if (error instanceof Failure && error.code === 'SL-KUBERNETES-KIND-NOT-SERVED') return []
    throw error
  }
}

/** What the suite itself and the runs do in the namespaces; the runs' own preflight says more, where something narrower is missing. */
async function missingRights(objects: Objects, namespace: string, istio: boolean, signal: AbortSignal): Promise<readonly string[]> {
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
    ...(istio ? ['VirtualService', 'DestinationRule', 'Gateway'].flatMap(kind => here('networking.istio.io/v1', kind, all)) : []),
  ]
  const answers = await Promise.all(rights.map(async right => ({ right, ...(await objects.may(right, signal)) })))
  return answers.flatMap(({ right, allowed, resource }) => (allowed ? [] : [`${right.verb} ${resource}`]))
}
