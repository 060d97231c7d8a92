import type { Clock, KubernetesObject } from '#base/index.ts'
import { HASH, isReady, replicasOf, templateOf, TRACK, versionName } from '#model/release/index.ts'
import type { Sandbox } from '#sandbox/index.ts'

/** What the API server shows of the release at one moment, in the words of a person who looks with kubectl. */
export interface Sight {
  readonly at: number
  /** Rows of the route's first entry, by name: `canary 10, stable 90`; `cart-svc 100` where nothing is split. */
  readonly route: string
  /** Subsets of the rule: `canary, stable 1.0.0`; `none`. */
  readonly subsets: string
  /** Version and wanted pods: `1.0.0 x 4`; `none` where the Deployment is not there. */
  readonly stable: string
  readonly canary: string
  /** Ready pods by their version. */
  readonly ready: Readonly<Record<string, number>>
}

export interface Witness {
  readonly sights: readonly Sight[]
  /** What `pick` gives, one after the other, without repetitions. */
  course(pick: (sight: Sight) => string): readonly string[]
}

const resources = [
  'virtualservices.networking.istio.io',
  'destinationrules.networking.istio.io',
  'deployments.apps',
  'pods',
  'services',
] as const

/** Looks on from now: one sight after every write that anybody makes to what carries the release's traffic. */
export function witness({ sandbox, clock }: { readonly sandbox: Sandbox; readonly clock: Clock }): Witness {
  const store = sandbox.apiServer.objects
  const sights = [look(store, clock.now())]
  for (const resource of resources) store.subscribe(resource, () => void sights.push(look(store, clock.now())))
  return {
    sights,
    course: pick => courseOf(sights, pick),
  }
}

/** What `pick` gives of these sights, one after the other, without repetitions. */
export function courseOf(sights: readonly Sight[], pick: (sight: Sight) => string): readonly string[] {
  return sights.map(pick).filter((each, index, all) => each !== all[index - 1])
}

/** How it stands now. */
export function lookAt({ sandbox, clock }: { readonly sandbox: Sandbox; readonly clock: Clock }): Sight {
  return look(sandbox.apiServer.objects, clock.now())
}

type Store = Sandbox['apiServer']['objects']

function look(store: Store, at: number): Sight {
  const pods = store.list('pods', 'shop').filter(pod => isReady(pod) && pod.metadata.deletionTimestamp === undefined)
  const ready: Record<string, number> = {}
  for (const pod of pods) ready[tagOf(pod)] = (ready[tagOf(pod)] ?? 0) + 1
  return {
    at,
    route: rowsOf(store.get('virtualservices.networking.istio.io', { namespace: 'shop', name: 'cart-virtualservice' })),
    subsets: subsetsOf(store),
    stable: workload(store, 'cart'),
    canary: workload(store, 'cart-canary'),
    ready,
  }
}

interface Row {
  readonly destination: { readonly host: string; readonly subset?: string }
  readonly weight?: number
}

function rowsOf(route: KubernetesObject | undefined): string {
  const spec = route?.spec as { readonly http?: readonly { readonly route?: readonly Row[] }[] } | undefined
  const rows = spec?.http?.find(entry => entry.route)?.route ?? []
  return rows
    .map(({ destination, weight }) => `${destination.subset ?? destination.host} ${weight ?? 100}`)
    .toSorted()
    .join(', ')
}

function subsetsOf(store: Store): string {
  const rule = store.get('destinationrules.networking.istio.io', { namespace: 'shop', name: 'cart-destinationrule' })
  const { subsets = [] } = (rule?.spec ?? {}) as {
    readonly subsets?: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[]
  }
  const sets = store.list('replicasets.apps', 'shop')
  const shown = subsets.map(({ name, labels }) => {
    const set = sets.find(each => labels[HASH] !== undefined && each.metadata.labels?.[HASH] === labels[HASH])
    return set ? `${name} ${versionName(templateOf(set))}` : name
  })
  return shown.join(', ') || 'none'
}

function workload(store: Store, name: string): string {
  const deployment = store.get('deployments.apps', { namespace: 'shop', name })
  return deployment ? `${versionName(templateOf(deployment))} x ${replicasOf(deployment)}` : 'none'
}

function tagOf(pod: KubernetesObject): string {
  const { containers } = pod.spec as { readonly containers: readonly { readonly image: string }[] }
  return containers[0]?.image.split(':')[1] ?? ''
}

/** Ready pods of the run's second workload. */
export function canaryPods({ sandbox }: { readonly sandbox: Sandbox }): readonly KubernetesObject[] {
  return sandbox.apiServer.objects.list('pods', 'shop').filter(pod => pod.metadata.labels?.[TRACK] !== undefined)
}

/** Pods of the user's own Deployment. */
export function stablePods({ sandbox }: { readonly sandbox: Sandbox }): readonly KubernetesObject[] {
  return sandbox.apiServer.objects
    .list('pods', 'shop')
    .filter(pod => pod.metadata.labels?.['app'] === 'cart' && pod.metadata.labels[TRACK] === undefined)
}
