import { releaseFailures } from '../failures.ts'
import { wait, write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { unreach } from './rest.ts'
import { inOrder } from './rule.ts'
import { isReached } from './shares.ts'
import { untilArrived, type Terms } from './terms.ts'

/** Who is to carry a share, and how many pods of it there must be. */
export interface Carrier {
  readonly version: 'before' | 'next'
  readonly pods: number
  /** The number is the user's: it is neither raised nor insisted on; one known pod is enough. */
  readonly fixed: boolean
}

/** Pods that a share needs: as many as stable has or had for it, rounded up. It may have been scaled with its load since the run began. */
export function podsFor(percent: number, { stable }: View, terms: Terms): number {
  return Math.ceil((percent / 100) * Math.max(terms.replicas, stable.replicas))
}

/** The second workload can carry it: right version, enough pods, ready, and every proxy knows them. */
export function reach(carrier: Carrier, v: View, terms: Terms): Move | undefined {
  const { canary } = v
  return inOrder(
    () => untilArrived('the route', v.arrival.route, canary.exists ? 'shift' : 'removal'),
    () => (canary.exists && !canary.version[carrier.version] ? unreach(v) : undefined),
    () => (canary.exists ? undefined : create(carrier.version, v)),
    () => scale(carrier, v),
    () => failing(v, terms),
    () => (carrier.version === 'next' ? images(v, terms) : undefined),
    () => known(carrier, v, terms),
  )
}

function create(version: Carrier['version'], v: View): Move {
  if (v.canary.listed > 0 || !v.listsComplete) return wait('addresses of former canary pods to be forgotten by every proxy')
  return v.unconfigured > 0 ? write({ change: 'configuration' }) : write({ change: 'createCanary', version })
}

function scale({ pods, fixed }: Carrier, { canary }: View): Move | undefined {
  const short = canary.replicas < pods && (!fixed || canary.replicas === 0)
  return short ? write({ change: 'scaleCanary', replicas: pods }) : undefined
}

/** Pods that can never become ready end the step at once, while they have no weight. */
function failing(v: View, terms: Terms): Move | undefined {
  const why = v.canary.failing
  if (why === undefined || isReached(v)) return undefined
  return { is: 'fail', failure: releaseFailures.PODS_FAIL({ workload: terms.canary, why }).record() }
}

/** Only the image that was looked at gets traffic: pods that came with another one stop the run. */
function images({ canary }: View, terms: Terms): Move | undefined {
  if (!canary.mixedImages) return undefined
  return { is: 'fail', failure: releaseFailures.IMAGES_DIFFER({ workload: terms.canary, canary: 'its first pods' }).record() }
}

function known({ pods, fixed }: Carrier, { canary }: View, terms: Terms): Move | undefined {
  const needed = fixed ? Math.min(1, pods) : pods
  if (canary.known >= needed) return undefined
  if (canary.ready < needed) return wait(`${terms.canary}: ${canary.ready} of ${needed} pods ready${because(canary.failing)}`)
  return wait(`${terms.canary}: ${canary.known} of ${needed} ready pods known to every proxy`)
}

/** In brackets, behind what is waited for. */
export function because(why: string | undefined): string {
  return why === undefined ? '' : ` (${why})`
}
