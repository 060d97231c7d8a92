import { pinnedRows } from '#model/traffic/index.ts'
import { wait, write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { arrivalText, arrived } from './terms.ts'

/** Subsets before the route that names them, both settled, before any second version has pods. */
export function pin(v: View): Move | undefined {
  if (v.route.is === 'split') {
    if (!arrived(v.arrival.rule, 'removal')) return wait(arrivalText('the subsets', v.arrival.rule))
    return undefined
  }
  if (!v.stable.paused) return write({ change: 'pause', paused: true })
  if (!v.floorRaised) return write({ change: 'raiseFloor' })
  const { hash } = v.stable
  if (hash === undefined || !v.stable.onlyCurrent) return wait('the stable workload to have pods of one revision only')
  if (!v.rule.subsets || v.stable.subset.hash !== hash) return write({ change: 'subsets', hash })
  if (!arrived(v.arrival.rule, 'removal')) return wait(arrivalText('the subsets', v.arrival.rule))
  return write({ change: 'split', rows: pinnedRows })
}
