import { systemClock, type KubernetesObject } from '#base/index.ts'
import { objectsOf, openMirror, type Cluster, type Mirror } from '#delegate/kubernetes/index.ts'
import { HASH } from '#model/release/index.ts'
import type { Judge } from './judge.ts'

interface Row {
  readonly destination: { readonly subset?: string }
  readonly weight?: number
}

/** Tells the judge which versions the cluster's route and rule give a share, from now until the returned function is called. */
export async function watchSplits(
  cluster: Cluster,
  namespace: string,
  [from, to]: readonly [string, string],
  judge: Judge,
): Promise<() => void> {
  const surroundings = { clock: systemClock, random: Math.random }
  const objects = objectsOf(cluster, surroundings)
  const open = (kind: string): Promise<Mirror> =>
    openMirror(objects, { apiVersion: 'networking.istio.io/v1', kind, namespace }, surroundings, () => undefined)
  const [routes, rules] = await Promise.all([open('VirtualService'), open('DestinationRule')])
  let first: string | undefined
  let newest = false
  const note = (): void => {
    const hash = stableHash(rules.objects()[0])
    first ??= hash
    // Between its runs the rule has no subsets: stable is then what it was last.
    if (hash !== undefined) newest = hash !== first
    const { versions, canary } = shares(routes.objects()[0], newest ? to : from, to)
    judge.declared(Date.now(), versions, canary)
  }
  note()
  judge.settled(Date.now(), 0)
  const stops = [routes.onChange(note), rules.onChange(note)]
  return () => {
    for (const stop of stops) stop()
    routes.close()
    rules.close()
  }
}

function stableHash(rule: KubernetesObject | undefined): string | undefined {
  const subsets = (rule?.spec as { readonly subsets?: readonly { readonly labels?: Readonly<Record<string, string>> }[] } | undefined)
    ?.subsets
  return subsets?.map(subset => subset.labels?.[HASH]).find(hash => hash !== undefined)
}

function shares(
  route: KubernetesObject | undefined,
  stable: string,
  canary: string,
): { readonly versions: ReadonlySet<string>; readonly canary: number } {
  const rows = (route?.spec as { readonly http?: readonly { readonly route?: readonly Row[] }[] } | undefined)?.http?.[0]?.route ?? []
  const weighed = rows.filter(row => rows.length === 1 || (row.weight ?? 0) > 0)
  const weight = rows.find(({ destination }) => destination.subset === 'canary')?.weight ?? 0
  return { versions: new Set(weighed.map(({ destination }) => (destination.subset === 'canary' ? canary : stable))), canary: weight }
}
