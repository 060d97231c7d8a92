import type { KubernetesObject } from '#base/index.ts'
import type { Goal } from '#model/release/index.ts'
import { CartWorld } from '../test/system/cart-world.ts'
import { atRest, pinned, prepared, split } from '../test/system/goals.ts'
import type { Figure, Line } from './figure.ts'

/** Milliseconds to the last proxy, and what settling by seconds waits for: beside it istiod's debounce and a merged push. */
const propagation = 3000
const late = propagation + 1000
/** Milliseconds of virtual time between two requests: 200 a second. */
const gap = 5

interface Case {
  readonly traffic: 'canary' | 'reset'
  readonly stops: 'at-once' | 'gracefully'
  readonly retries: boolean
}

const cases: readonly Case[] = (['canary', 'reset'] as const).flatMap(traffic =>
  (['at-once', 'gracefully'] as const).flatMap(stops => [true, false].map(retries => ({ traffic, stops, retries }))),
)

interface Promotion {
  readonly requests: number
  readonly lost: number
  readonly wrong: number
  /** Milliseconds of virtual time. */
  readonly took: number
  /** Seconds of pods beyond the four that there are at rest. */
  readonly extra: number
}

/** The promotion alone, from half of the users on the canary to the end: what it loses, what it takes, what it costs in pods. */
export const rollout: Figure = {
  name: 'rollout',
  async measure() {
    const lines: Line[] = []
    for (const each of cases) lines.push(lineOf(each, await promote(each)))
    return [{ says: `4 pods, ready after 1 s; propagation ${propagation / 1000} s; 200 requests a second from 50 % on` }, ...lines]
  },
}

function lineOf({ traffic, stops, retries }: Case, { requests, lost, wrong, took, extra }: Promotion): Line {
  const how = `traffic: ${traffic}, pods stop ${stops === 'at-once' ? 'at once' : 'gracefully'}, ${retries ? "Istio's retries" : 'no retries'}`
  const says = `${how}: lost ${lost}, wrong version ${wrong} of ${requests}; ${(took / 1000).toFixed(1)} s, ${Math.round(extra)} extra pod-seconds`
  return traffic === 'canary' ? { says, asked: '0 lost', ok: lost + wrong === 0 } : { says }
}

async function promote({ traffic, stops, retries }: Case): Promise<Promotion> {
  const world = await CartWorld.open({
    late,
    pods: { stops },
    mesh: { gateways: 2, propagation: () => propagation },
    ...(retries ? {} : { change: withoutRetries }),
  })
  const release = world.release('2.0.0', 'bench')
  const { snapshot } = await world.inspect(release)
  const goals: readonly Goal[] = [pinned, prepared(), split(50), { to: 'promoted', traffic }, atRest]
  for (const [index, goal] of goals.slice(0, 3).entries()) await world.reach(release, snapshot, goal, index + 1)
  await world.clock.advance(late)
  const began = world.clock.now()
  const pods = podSeconds(world)
  world.ledger.start(gap)
  for (const [index, goal] of goals.slice(3).entries()) await world.reach(release, snapshot, goal, index + 4)
  const took = world.clock.now() - began
  const extra = pods() - (took / 1000) * 4
  await world.clock.advance(late)
  const { requests, lost, wrongVersion: wrong } = await world.clock.runUntil(world.ledger.stop())
  await world.close()
  return { requests, lost, wrong, took, extra }
}

/** Sums up the pods of the release from now on; the returned function gives the seconds so far. */
function podSeconds({ sandbox, clock }: CartWorld): () => number {
  const store = sandbox.apiServer.objects
  const alive = (): number => store.list('pods', 'shop').length
  let [sum, last, count] = [0, clock.now(), alive()]
  const take = (): void => {
    sum += (count * (clock.now() - last)) / 1000
    last = clock.now()
    count = alive()
  }
  const stop = store.subscribe('pods', take)
  return () => {
    take()
    stop()
    return sum
  }
}

/** The route says that nothing is tried again; where it says nothing, Istio tries twice more. */
function withoutRetries(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.map(object => {
    if (object.kind !== 'VirtualService') return object
    const spec = object.spec as { readonly http: readonly object[] }
    return { ...object, spec: { ...spec, http: spec.http.map(entry => ({ ...entry, retries: { attempts: 0 } })) } }
  })
}
