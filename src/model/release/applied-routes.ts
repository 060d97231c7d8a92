import type { FailureRecord, KubernetesObject } from '#base/index.ts'
import { canaryPolicyOf, isIngress, routerOf } from '#model/traffic/index.ts'
import type { ObjectBefore } from './object-before.ts'
import { oursOf, type Run } from './observed.ts'
import type { Release } from './release.ts'

/** Of what a step has changed, the routes that divide users: they may lead some of them to the new pods, and are given back before those go. */
export function appliedRoutes(before: readonly ObjectBefore[]): ObjectBefore[] {
  return before.filter(object => routerOf(object)?.can.shares === true)
}

/** What keeps such a route from being given back keeps every other write away, too: it is no rule of anybody's, nor what guards one kind of object. */
export function isOutage({ blame, code }: FailureRecord): boolean {
  return blame === 'world' && code !== 'SL-KUBERNETES-ADMISSION-DOWN'
}

/** A proxy that routes by more than the release's own routes may take so long to hear of a change, where nothing else is said (milliseconds). */
const usualRemoval = 15_000

/** New pods stay until such routes have gone everywhere, and drain only then: the protocol does not know of them. */
export function drainedLonger(release: Release): Release {
  return { ...release, drain: release.drain + (release.settle.removal ?? usualRemoval) }
}

/** Whether such a route, as it is now, sends requests to the canary's Service: by weight, or by what they carry. */
export function leadsToCanary(route: KubernetesObject, run: Pick<Run, 'release' | 'snapshot'>): boolean {
  const split = routerOf(route)?.readSplit(route, oursOf(run))
  const byWeight = split?.is === 'done' && split.value.some(({ rows }) => rows.some(({ to, percent }) => to === 'canary' && percent > 0))
  const told = isIngress(route) ? canaryPolicyOf(route) : undefined
  return byWeight || (split?.is === 'done' && told !== undefined && told.header + told.cookie !== '')
}
