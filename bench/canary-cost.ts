import { countCalls, type Cluster, type CountedCluster, type Counts } from '#delegate/kubernetes/index.ts'
import type { Goal } from '#model/release/index.ts'
import { CartWorld } from '../test/system/cart-world.ts'
import { atRest, canaryRemoved, pinned, prepared, promoted, split } from '../test/system/goals.ts'
import type { Figure, Line } from './figure.ts'

/** The same canary as the others were measured with: 4 replicas, five splits. */
const goals: readonly Goal[] = [pinned, prepared(), ...[10, 25, 50, 75, 100].map(weight => split(weight)), promoted, canaryRemoved, atRest]

/** How long the waiting is watched, milliseconds of virtual time: shorter than the life of a watch (5 minutes), which is re-opened then. */
const waiting = 240_000

/** Writes without Events, and all calls, of the same canary in the audit log of a real API server. */
const others = [
  { who: 'the protocol by hand (a script)', writes: 19, calls: 45 },
  { who: 'Flagger', writes: 18, calls: 208 },
  { who: 'Argo Rollouts', writes: 47, calls: 73 },
]

/** What a five-split canary costs at the API server, and what waiting costs there: the watch between two splits stands meanwhile. */
export const canaryCost: Figure = {
  name: 'canary-cost',
  async measure() {
    return [...costLines('seconds', await play('seconds')), ...costLines('acknowledged', await play('acknowledged')), ...othersLines]
  },
}

/** Where a gateway serves its counts. */
const proxyMetrics = 15_090

/** Object writes of one split: the VirtualService alone, and one more at most (the canary's size). */
const mostPerSplit = 2

interface Played {
  readonly whole: Counts
  readonly inspection: Counts
  readonly idle: Counts
  /** Object writes of the split that took most. */
  readonly perSplit: number
  /** Requests to the gateway for what it has counted: in all, and while waiting. */
  readonly gatewayLooks: number
  readonly idleLooks: number
}

async function play(settle: 'seconds' | 'acknowledged'): Promise<Played> {
  let counted: CountedCluster | undefined
  let gatewayLooks = 0
  const through = (cluster: Cluster): Cluster =>
    (counted = countCalls({
      ...cluster,
      podHttp(pod, port, request, signal) {
        if (port === proxyMetrics) gatewayLooks++
        return cluster.podHttp(pod, port, request, signal)
      },
    }))
  const world = await CartWorld.open({ settle, through })
  const counts = (): Counts => counted?.counts() ?? none
  const start = counts()
  const release = world.release('2.0.0', 'bench')
  const { snapshot } = await world.inspect(release)
  const inspection = between(start, counts())
  let idle = none
  let idleLooks = 0
  let perSplit = 0
  for (const [index, goal] of goals.entries()) {
    const { writes } = counts()
    await world.reach(release, snapshot, goal, index + 1)
    if (goal.to === 'split') perSplit = Math.max(perSplit, counts().writes - writes)
    if (goal.to === 'split' && goal.rows[0]?.weight === 50) {
      world.watch(release, snapshot).catch(() => undefined)
      const before = counts()
      const looks = gatewayLooks
      await world.clock.advance(waiting)
      idle = between(before, counts())
      idleLooks = gatewayLooks - looks
    }
  }
  const whole = between(start, counts())
  await world.close()
  return { whole, inspection, idle, perSplit, gatewayLooks, idleLooks }
}

const none: Counts = { reads: 0, writes: 0, leases: 0, records: 0, marks: 0, dryRuns: 0, watches: 0, podRequests: 0 }

function between(from: Counts, to: Counts): Counts {
  const names = Object.keys(none) as (keyof Counts)[]
  return Object.fromEntries(names.map(name => [name, to[name] - from[name]])) as unknown as Counts
}

/** All that reaches the API server. */
function calls({ reads, writes, leases, records, marks, dryRuns, watches }: Counts): number {
  return reads + writes + leases + records + marks + dryRuns + watches
}

function costLines(settled: string, { whole, inspection, idle, perSplit, gatewayLooks, idleLooks }: Played): readonly Line[] {
  const { writes, leases, records, marks, reads, dryRuns, watches, podRequests } = whole
  const all = writes + leases + records + marks
  const apart = calls(whole) - leases - records - marks
  const asked = calls(idle) - idle.watches
  return [
    {
      says: `settled by ${settled}: ${writes} object writes, ${apart} API calls; Leases, record and marks apart`,
      asked: 'fewer than the others',
    },
    { says: `${all} writes, ${calls(whole)} API calls with ${leases} of Leases, ${records} of the record, ${marks} of marks alone` },
    { says: `of them ${reads} reads, ${dryRuns} dry runs, ${watches} watches; ${calls(inspection)} calls before the first write` },
    {
      says: `at most ${perSplit} object writes for one split, with one VirtualService`,
      asked: `≤ ${mostPerSplit}`,
      ok: perSplit <= mostPerSplit,
    },
    { says: `${podRequests - gatewayLooks} requests to istiods through one tunnel each, ${gatewayLooks} to the gateway for its counts` },
    {
      says: `${asked} API calls and ${idle.podRequests - idleLooks} requests to istiod in ${waiting / 1000} s of waiting at 50 %`,
      asked: '0',
      ok: asked + idle.podRequests === idleLooks,
    },
    { says: `${idleLooks} requests to the gateway for its counts meanwhile, through the tunnel that is open` },
  ]
}

const othersLines: readonly Line[] = others.map(each => ({ says: `measured for ${each.who}: ${each.writes} writes, ${each.calls} calls` }))
