import { arrivalText, arrived, canaryShare, type Terms } from './terms.ts'
import { release } from '../failures.ts'
import { wait, write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { unreach } from './rest.ts'

/** Who is to carry a share, and how many pods of it there must be. */
export interface Carrier {
  readonly version: 'before' | 'next'
  readonly pods: number
  /** The number is the user's: it is neither raised nor insisted on; one known pod is enough. */
  readonly fixed: boolean
}

/** Pods that a share needs: as many as stable had for it, rounded up. */
export function podsFor(percent: number, terms: Terms): number {
  return Math.ceil((percent / 100) * terms.replicas)
}

/** The second workload can carry it: right version, enough pods, ready, and every proxy knows them. */
export function reach(carrier: Carrier, v: View, terms: Terms): Move | undefined {
  const { canary } = v
  if (!arrived(v.arrival.route, canary.exists ? 'shift' : 'removal')) return wait(arrivalText('the route', v.arrival.route))
  if (canary.exists && !canary.version[carrier.version]) return unreach(v)
  if (!canary.exists) {
    if (canary.listed > 0 || !v.listsComplete) return wait('addresses of former canary pods to be forgotten by every proxy')
    if (v.unconfigured > 0) return write({ change: 'configuration' })
    return write({ change: 'createCanary', version: carrier.version })
  }
  if (canary.replicas < carrier.pods && (!carrier.fixed || canary.replicas === 0))
    return write({ change: 'scaleCanary', replicas: carrier.pods })
  if (canary.failing !== undefined && canaryShare(v.route) === 0)
    return { is: 'fail', failure: release.PODS_FAIL({ workload: terms.canary, why: canary.failing }).record() }
  const needed = carrier.fixed ? Math.min(1, carrier.pods) : carrier.pods
  if (canary.known >= needed) return undefined
  return wait(
    canary.ready < needed
      ? `${terms.canary}: ${canary.ready} of ${needed} pods ready`
      : `${terms.canary}: ${canary.known} of ${needed} ready pods known to every proxy`,
  )
}
