import { isReady } from '#model/release/index.ts'
import { shop } from './application.ts'
import type { Stage } from './stage.ts'

/** Whether the world has broken every pod of a side: a run that takes its users elsewhere in a hurry knows too little, and loses some whatever it does. */
export interface Emptied {
  /** The world is about to break these pods of a side. */
  harmed(side: 'stable' | 'canary', pods: readonly string[]): void
  /** No pod of that side has come back, or not for long: `reacts` milliseconds after that users are where they can be served. */
  isStill(): boolean
}

export function newEmptied(stage: Stage, reacts: number): Emptied {
  const { clock, sandbox } = stage.world
  let last: { readonly side: 'stable' | 'canary'; readonly until: number } | undefined
  const hasNone = (side: 'stable' | 'canary'): boolean => {
    const pods = stage.podsOf(side).map(({ name }) => sandbox.apiServer.objects.get('pods', { namespace: shop, name }))
    return pods.length > 0 && !pods.some(pod => pod && isReady(pod))
  }
  return {
    harmed(side, pods) {
      if (pods.length === stage.podsOf(side).length) last = { side, until: clock.now() + reacts }
    },
    isStill() {
      if (!last) return false
      if (hasNone(last.side)) last = { ...last, until: clock.now() + reacts }
      return clock.now() < last.until
    },
  }
}
