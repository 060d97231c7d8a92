import type { Clock } from '#base/index.ts'
import { shareOf, type View } from '#model/release/index.ts'
import type { Share } from '#protocol/index.ts'

/** What the route said over time while a goal was being reached: an entry when the shares change, and one when every proxy has them. */
export interface ShareHistory {
  note(view: View): void
  all(): Share[]
}

export function newShareHistory(clock: Clock): ShareHistory {
  const shares: Share[] = []
  return {
    note(view) {
      const present = sharesOf(view)
      const last = shares.at(-1)
      if (last && last.stable === present.stable && last.canary === present.canary && last.acknowledged === present.acknowledged) return
      shares.push({ at: new Date(clock.now()).toISOString(), ...present })
    },
    all: () => [...shares],
  }
}

/** Of the first managed entry, as progress tells it too. A route that is not split sends everything to what stands behind it. */
function sharesOf({ routes: [first], arrival }: View): Omit<Share, 'at'> {
  const acknowledged = arrival.route.reached !== 'none'
  if (first?.is !== 'split') return { stable: 100, canary: 0, foreign: 0, acknowledged }
  const [stable, canary] = [shareOf('stable', first), shareOf('canary', first)]
  return { stable, canary, foreign: Math.max(0, 100 - stable - canary), acknowledged }
}
