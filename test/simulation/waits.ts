import type { Fault } from './faults.ts'
import type { World } from './world.ts'

/** Troubles in spite of which a delegate follows up at once: all others keep it from the cluster or from the control plane, or it is gone. */
const harmless: ReadonlySet<Fault['is']> = new Set([
  'propagation',
  'slowEndpoints',
  'disconnect',
  'brokenRoute',
  'watchDropped',
  'watchDoubled',
  'proxyGone',
  'replica',
  'podGone',
  'badVersion',
  'slowPods',
  'autoscaler',
  'load',
  'edit',
  'supersede',
  'abort',
  'reject',
])

/** Whoever says when its wait ends goes on then: `pace` (milliseconds) is what a look at the mesh takes, and one write. */
export function watchWaits(
  { clock, store }: Pick<World, 'clock' | 'store'>,
  { faults, pace, violation }: { readonly faults: readonly Fault[]; readonly pace: number; violation(text: string): void },
): void {
  if (!faults.every(({ is }) => harmless.has(is))) return
  const known = new Set<string>()
  const standing = async (execution: string): Promise<ReadonlyMap<string, number>> => {
    const tasks = await store.tasks.openTasks(execution)
    return new Map(
      tasks.flatMap(({ name, progress }) => {
        const waiting = progress?.waiting
        return waiting ? [[JSON.stringify([execution, name, waiting]), Date.parse(waiting.until)] as const] : []
      }),
    )
  }
  const check = async (execution: string, wait: string): Promise<void> => {
    if ((await standing(execution)).has(wait)) violation(`a wait has ended, and nobody goes on: ${wait}`)
  }
  const learn = async (execution: string): Promise<void> => {
    for (const [wait, until] of await standing(execution)) {
      if (known.has(wait)) continue
      known.add(wait)
      clock.after(Math.max(0, until - clock.now()) + pace, () => void check(execution, wait))
    }
  }
  store.subscribe(hint => {
    if (hint.is === 'progress') void learn(hint.execution)
  })
}
