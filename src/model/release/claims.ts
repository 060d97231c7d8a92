import type { KubernetesObject } from '#base/index.ts'
import { endedIn } from './ended.ts'
import type { Run } from './observed.ts'
import type { Release } from './release.ts'

/** Names of the Leases of a run, in the order in which they are taken: one per route and one per release. Routes of one name share theirs. */
export function leaseNames(release: Pick<Release, 'name'>, routes: readonly string[]): readonly string[] {
  return [...new Set([`sluice-release-${release.name}`, ...routes.map(name => `sluice-route-${name}`)])].toSorted()
}

/** The Leases that a run needs. */
export function leasesOf({ release, snapshot }: Pick<Run, 'release' | 'snapshot'>): readonly string[] {
  return leaseNames(
    release,
    snapshot.names.routes.map(({ name }) => name),
  )
}

/** Name of the ConfigMap from which anybody can restore a release. */
export function recordName(release: string): string {
  return `sluice-record-${release}`
}

const ABOUT = 'sluice.dev/about'

/** A Lease held by an execution. It never expires into a take-over, so it says no duration. */
export function leaseObject(name: string, { release }: Pick<Run, 'release'>, acquired: string): KubernetesObject {
  const about = `${release.service} ${release.version} by execution ${release.execution} since ${acquired}`
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: release.namespace, annotations: { [ABOUT]: about } },
    spec: { holderIdentity: release.execution, acquireTime: acquired.replace(/(\.\d+)?Z$/, '.000000Z') },
  }
}

export function holderOf(lease: KubernetesObject): string | undefined {
  return (lease.spec as { readonly holderIdentity?: string } | undefined)?.holderIdentity
}

/** Nobody's: held by an execution that is over, as the record says, or by none. What was left behind holds nothing. */
export function isFreeLease(lease: KubernetesObject, record: KubernetesObject | undefined): boolean {
  const holder = holderOf(lease)
  return holder === undefined || endedIn(record).includes(holder)
}

/** Who else holds what this run needs, in words. */
export function heldByOther(
  leases: readonly KubernetesObject[],
  execution: string,
  record: KubernetesObject | undefined,
): string | undefined {
  const other = leases.find(lease => holderOf(lease) !== execution && !isFreeLease(lease, record))
  return other && (other.metadata.annotations?.[ABOUT] ?? `execution ${holderOf(other)}`)
}

/** Leases of others that are nobody's any more. */
export function freeLeases(
  leases: readonly KubernetesObject[],
  execution: string,
  record: KubernetesObject | undefined,
): readonly KubernetesObject[] {
  return leases.filter(lease => holderOf(lease) !== execution && isFreeLease(lease, record))
}
