// A side that gets nothing more is drained when no request is under way to its pods (where every proxy that may send there tells), else when
// its time is over. Measuring only makes it end sooner: whatever fails in it, the time ends it.
import type { KubernetesObject } from '#base/index.ts'
import type { Side, TrafficCounter } from '#delegate/counting/index.ts'
import { specVersion, type Settle } from '#delegate/settle/index.ts'
import { isReady, TRACK, type Arrival, type Observed } from '#model/release/index.ts'
import type { ReleaseSurroundings } from './surroundings.ts'

/** How far the drain of the sides without a share is. */
export interface Drained {
  readonly is: boolean
  /** In how many milliseconds another look may tell more. */
  readonly left: number
  /** When it is over at the latest (milliseconds since 1970); left out while the route is not everywhere, and once it is over. */
  readonly ends?: number
}

export type Drain = (observed: Observed, arrival: Arrival) => Drained

/** Milliseconds between two looks at what is under way. */
const every = 1000
/** For so long (milliseconds) nothing may be under way: a request that had its route already, and waited for a connection or for its next try, is seen within it. */
const calmFor = 2000

interface Standing {
  readonly version: string
  readonly since: number
  asked: number
  isAsking: boolean
  /** What was told last; undefined where it could not be told. */
  active: number | undefined
  /** When the first and the last of the present row of looks began at which nothing was under way. */
  calm: { readonly since: number; readonly until: number } | undefined
  over: boolean
}

/** Since when the present routes have been everywhere; forgotten with the process: then a drain only takes longer. */
export function newDrain(milliseconds: number, how: Settle['how'], traffic: TrafficCounter, { clock }: ReleaseSurroundings): Drain {
  let standing: Standing | undefined

  /** Waits for nobody: the next look finds what was told. Where only time says that a route has arrived, a proxy may begin to send once more. */
  const ask = (mine: Standing, observed: Observed): void => {
    const now = clock.now()
    if (how !== 'acknowledged' || mine.isAsking || now - mine.asked < every) return
    const addresses = addressesOf(observed, traffic.idleSides())
    if (addresses.length === 0) return
    mine.asked = now
    mine.isAsking = true
    void traffic.active(addresses).then(active => {
      mine.isAsking = false
      mine.active = active
      mine.calm = active === 0 ? { since: mine.calm?.since ?? now, until: now } : undefined
    })
  }

  return (observed, arrival) => {
    if (arrival.reached !== 'removal') {
      standing = undefined
      return { is: false, left: Infinity }
    }
    const now = clock.now()
    const version = observed.routes.map(specVersion).join(' ')
    if (standing?.version !== version)
      standing = { version, since: now, asked: -Infinity, isAsking: false, active: undefined, calm: undefined, over: false }
    const left = standing.since + milliseconds - now
    if (left <= 0 || isCalm(standing)) return ended(standing, traffic)
    ask(standing, observed)
    return { is: false, left: standing.asked > -Infinity ? Math.min(left, every) : left, ends: standing.since + milliseconds }
  }
}

function isCalm({ calm, over }: Standing): boolean {
  return over || (calm !== undefined && calm.until - calm.since >= calmFor)
}

/** What outlives a drain is told once. */
function ended(standing: Standing, traffic: TrafficCounter): { readonly is: true; readonly left: number } {
  if (!standing.over && standing.active) traffic.outlived(standing.active)
  standing.over = true
  return { is: true, left: Infinity }
}

function addressesOf({ pods }: Observed, idle: readonly Side[]): readonly string[] {
  const sideOf = (pod: KubernetesObject): Side => (pod.metadata.labels?.[TRACK] === 'canary' ? 'canary' : 'stable')
  return pods.filter(pod => isReady(pod) && idle.includes(sideOf(pod))).flatMap(({ status }) => (status as { podIP?: string }).podIP ?? [])
}
