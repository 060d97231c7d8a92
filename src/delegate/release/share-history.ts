import type { Clock } from '#base/index.ts'
import type { SideVersion, Split } from '#delegate/counting/index.ts'
import { shareOf, type RouteView, type Version, type View } from '#model/release/index.ts'
import type { Share } from '#protocol/index.ts'

/** What the route said over time while a goal was being reached: an entry when the shares change, and one when every proxy has them. */
export interface ShareHistory {
  note(view: View): void
  all(): Share[]
}

export function newShareHistory(clock: Clock): ShareHistory {
  const shares: Share[] = []
  let noted = ''
  return {
    note(view) {
      const present = sharesOf(view)
      const text = JSON.stringify(present)
      if (text === noted) return
      noted = text
      shares.push({ at: new Date(clock.now()).toISOString(), ...present })
    },
    all: () => [...shares],
  }
}

/** Of the first managed entry, as progress tells it too. A route that is not split sends everything to what stands behind it. */
function sharesOf({ routes: [first], arrival, stable, canary }: View): Omit<Share, 'at'> {
  const acknowledged = arrival.route.reached !== 'none'
  if (first?.is !== 'split') return { stable: 100, canary: 0, foreign: 0, next: isNext(stable.version) ? 100 : 0, acknowledged }
  const [ofStable, ofCanary] = [shareOf('stable', first), shareOf('canary', first)]
  const next = (isNext(stable.subset.version) ? ofStable : 0) + (isNext(canary.version) ? ofCanary : 0)
  return { stable: ofStable, canary: ofCanary, foreign: Math.max(0, 100 - ofStable - ofCanary), next, acknowledged }
}

/** A run that changes nothing in the template has one version only: the former one. */
const isNext = ({ before, next }: Version): boolean => next && !before

/** What requests may meet by the routes as they are: the highest share that a managed entry gives to each side, and who answers there. */
export function splitIn({ routes, apart, arrival, stable, canary }: View): Split {
  const isBare = routes.every(route => route.is === 'bare')
  const former = isBare ? stable.version : stable.subset.version
  return {
    stable: highestShare('stable', routes),
    canary: highestShare('canary', routes),
    apart: apart.stands,
    versions: {
      stable: isBare && !stable.onlyCurrent ? 'either' : nameOf(former),
      canary: canary.exists ? nameOf(canary.version) : 'either',
    },
    everywhere: arrival.route.reached === 'removal',
  }
}

function highestShare(side: 'stable' | 'canary', routes: readonly RouteView[]): number {
  const bare = side === 'stable' ? 100 : 0
  return Math.max(...routes.map(route => (route.is === 'bare' ? bare : shareOf(side, route))))
}

function nameOf({ before, next }: Version): SideVersion {
  if (before) return 'former'
  return next ? 'new' : 'edited'
}
