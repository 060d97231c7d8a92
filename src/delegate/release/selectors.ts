import type { Snapshot } from '#model/release/index.ts'

/** Labels as kubectl writes a selector. */
export function labelSelector(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}

/** Selects ReplicaSets and pods of both workloads: those of the canary have another value of one label where each side is a Service. */
export function sidesSelector({ selector, services }: Snapshot['names']): string {
  const apart = services?.label
  if (!apart || !(apart.key in selector)) return labelSelector(selector)
  const { [apart.key]: _, ...rest } = selector
  return [...(Object.keys(rest).length > 0 ? [labelSelector(rest)] : []), `${apart.key} in (${apart.stable},${apart.canary})`].join(',')
}
