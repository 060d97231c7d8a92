import type { Sample } from '#delegate/prometheus/index.ts'
import { flagsOf, isWorkload, levelOf, type Labels, type Level } from '#delegate/verification/index.ts'
import type { PrometheusRef } from '#model/release/index.ts'

/** Whose requests are counted: a release's workloads, and the Services through which its routes lead to them. */
export interface Counted {
  readonly namespace: string
  readonly workloads: { readonly stable: string; readonly canary: string }
  readonly services: readonly string[]
  /** Where one is named: asked for what gateways do not see. */
  readonly prometheus?: PrometheusRef
}

/**
 * Where requests went. `nowhere`: to the release's Services, and to no pod. `unrouted`, `unclustered`: the proxy knew no route
 * for their host and path, or had one to a cluster that it does not have; it does not say whose requests they were.
 */
export type Place = 'stable' | 'canary' | 'nowhere' | 'unrouted' | 'unclustered'

export const places: readonly Place[] = ['stable', 'canary', 'nowhere', 'unrouted', 'unclustered']

export type ProxyLevels = Readonly<Record<Place, Level>>

export function byPlace(level: (place: Place) => Level): ProxyLevels {
  return {
    stable: level('stable'),
    canary: level('canary'),
    nowhere: level('nowhere'),
    unrouted: level('unrouted'),
    unclustered: level('unclustered'),
  }
}

/** What one proxy has counted since it began, as the one that sends. */
export function proxyLevels(samples: readonly Sample[], counted: Counted): ProxyLevels {
  const sent = samples.filter(({ labels }) => labels['reporter'] === 'source')
  return byPlace(place => levelOf(sent, labels => placeOf(labels, counted) === place))
}

function placeOf(labels: Labels, { namespace, workloads, services }: Counted): Place | undefined {
  if (isWorkload(labels, namespace, workloads.canary)) return 'canary'
  if (isWorkload(labels, namespace, workloads.stable)) return 'stable'
  if (labels['destination_workload'] !== 'unknown') return undefined
  const ours = labels['destination_service_namespace'] === namespace && services.includes(labels['destination_service_name'] ?? '')
  if (ours) return 'nowhere'
  const flags = flagsOf(labels)
  if (flags.includes('NC')) return 'unclustered'
  return flags.includes('NR') ? 'unrouted' : undefined
}
