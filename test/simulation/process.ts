import { seededRandom, type VirtualClock } from '#base/index.ts'
import { openEngine, type EngineStore } from '#control-plane/engine/index.ts'
import { viewOfStore, type Faults } from '#control-plane/engine/simulation/fault.contract.ts'
import { freezableClock } from '#control-plane/engine/simulation/process.contract.ts'
import { programName, workflowProgram } from '#control-plane/executions/index.ts'
import { openTaskSource } from '#control-plane/tasks/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { openDelegate } from '#delegate/main.ts'

/** What its way to the cluster must know of a process: whoever is dead is never answered, whoever stands still only when it goes on. */
export interface Life {
  isAlive(): boolean
  /** Settles when the process goes on; undefined while it does not stand still. */
  standstill(): Promise<void> | undefined
}

/** A host or replica: engine and delegate in one process, as they are joined in the product. */
export interface Process {
  /** It is gone at once: nothing it asks is answered any more, and none of its timers fires. */
  kill(): void
  /** It stands still, as in a long pause of its machine, until `thaw`. */
  freeze(): void
  thaw(): void
  isAlive(): boolean
  /** It lives, does not stand still, and has had the time to look around since it last did, or began. */
  isAwake(): boolean
}

export interface ProcessOptions {
  readonly clock: VirtualClock
  readonly store: EngineStore
  /** Of its own: what one process draws must not change another one. */
  readonly seed: number
  readonly faults?: Faults
  /** Its way to the cluster. */
  readonly cluster: (life: Life) => Cluster
  readonly onTrouble: (error: unknown) => void
}

/** Milliseconds for which a silent replica or delegate keeps what it has: short, so that a take-over is a matter of virtual seconds. */
const lease = 10_000

/** Milliseconds in which whoever begins, or goes on, sees what has passed meanwhile. */
const looksAround = 1000

export function startProcess({ clock: real, store: shared, seed, faults, cluster, onTrouble }: ProcessOptions): Process {
  const clock = freezableClock(real)
  let alive = true
  let standstill: Promise<void> | undefined
  let goOn = (): void => undefined
  let awakeSince = real.now()
  const die = (): void => {
    alive = false
    clock.stop()
    faults?.onDeath?.()
  }
  const view = viewOfStore(shared, { ...faults, onDeath: die })
  const { store } = view
  openEngine({
    store,
    clock,
    lease,
    programs: { [programName]: workflowProgram(store.content) },
    onTrouble: ({ error }) => onTrouble(error),
  })
  const source = openTaskSource({ store, clock, lease })
  const way = cluster({ isAlive: () => alive, standstill: () => standstill })
  openDelegate({
    name: 'simulated',
    selectors: 'every',
    source,
    clock,
    random: seededRandom(seed),
    cluster: () => Promise.resolve(way),
    onTrouble,
  })
  return {
    kill() {
      if (!alive) return
      view.kill()
      die()
    },
    freeze() {
      standstill ??= new Promise(resolve => (goOn = resolve))
      view.freeze()
      clock.freeze()
    },
    thaw() {
      standstill = undefined
      awakeSince = real.now()
      goOn()
      view.thaw()
      clock.thaw()
    },
    isAlive: () => alive,
    isAwake: () => alive && !standstill && real.now() >= awakeSince + looksAround,
  }
}
