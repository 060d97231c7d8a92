import { systemClock } from '#base/index.ts'
import { openMirror, type Mirror, type Objects } from '#delegate/kubernetes/index.ts'
import { versionsOf } from '../system/traffic-ledger.ts'
import type { DeclaredSplit } from './judge.ts'
import type { Through } from './story.ts'

const surroundings = { clock: systemClock, random: Math.random }

/** What says which version a request may get. */
const kinds = {
  rules: { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule' },
  routes: { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' },
  httpRoutes: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
  ingresses: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  services: { apiVersion: 'v1', kind: 'Service' },
  sets: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
} as const
type Kind = keyof typeof kinds

export interface WatchedSplits {
  /** All so far, in their order. */
  splits(): readonly DeclaredSplit[]
  close(): void
}

const decides: Readonly<Record<Through, readonly Kind[]>> = {
  gateway: ['rules', 'routes', 'services', 'sets'],
  httpRoute: ['httpRoutes', 'services', 'sets'],
  ingress: ['ingresses', 'services', 'sets'],
  service: ['services', 'sets'],
}

/** Watches which versions the cluster's objects give a share. Without routes everything goes where the Service `bare` points. */
export async function watchSplits(
  objects: Objects,
  namespace: string,
  { through, bare }: { readonly through: Through; readonly bare: string },
): Promise<WatchedSplits> {
  const open = async (kind: Kind): Promise<Mirror> =>
    openMirror(objects, { ...kinds[kind], namespace }, surroundings, error => console.error(`watch of ${kind} in ${namespace}:`, error))
  const mirrors = new Map(await Promise.all(decides[through].map(async kind => [kind, await open(kind)] as const)))
  const list = (kind: Kind) => mirrors.get(kind)?.objects() ?? []
  const direct = {
    apiVersion: 'v1',
    kind: 'Route',
    metadata: { name: '' },
    spec: { http: [{ route: [{ destination: { host: bare } }] }] },
  }
  const splits: DeclaredSplit[] = []
  const note = (): void => {
    const versions = new Set(
      versionsOf(through === 'service' ? [direct] : [...list('routes'), ...list('httpRoutes'), ...list('ingresses')], {
        rules: list('rules'),
        services: list('services'),
        sets: list('sets'),
      }),
    )
    const last = splits.at(-1)
    if (!last || !sameVersions(last.versions, versions)) splits.push({ at: Date.now(), versions })
  }
  note()
  for (const mirror of mirrors.values()) mirror.onChange(note)
  return {
    splits: () => splits,
    close: () => mirrors.forEach(mirror => mirror.close()),
  }
}

function sameVersions(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every(version => b.has(version))
}
